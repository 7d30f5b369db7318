import { broken, fine, type HealthCheck, unread } from './health-check.ts'

/** Enough to detect a policy that is too wide, within the deadline. */
const MOST = 25
const SHOWN = 3

/** The bot's credentials cannot read secret values. The probe can never return a value. */
export const secretsNotReadable: HealthCheck = {
  id: 'secrets-not-readable',
  title: 'Values are not readable',
  async run({ secrets }) {
    const names = (await secrets.readAll()).map(({ name }) => name)
    if (names.length === 0)
      return [unread('There is no secret to test', 'Fix what “Secrets manager” reports first.')]
    const asked = spread(names, MOST)
    const open: string[] = []
    for (const name of asked) if (await secrets.canReadValue(name)) open.push(name)
    const some = asked.length < names.length ? `, a sample of ${names.length}` : ''
    if (open.length === 0)
      return [fine(`The bot may not read values; ${asked.length} secrets were checked${some}`)]
    const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : ''
    return [
      broken(
        `The bot’s credentials may read the value of ${open.slice(0, SHOWN).join(', ')}${more}`,
        'Remove that permission: use the policy in docs/aws-iam-policy.json or docs/vault-policy.hcl, which denies it.',
      ),
    ]
  },
}

/** Evenly spread over the list, because policies differ by folder. */
const spread = (names: string[], most: number): string[] => {
  const step = Math.ceil(names.length / most)
  return names.filter((_, index) => index % step === 0)
}
