import { broken, fine, type HealthCheck, unknown } from './health-check.ts'

/** Enough to see a policy that is too wide, few enough for the deadline. */
const MOST = 25
const SHOWN = 3

/** The bot's credentials would be given no secret's value. Asked so that no value can be in an answer. */
export const secretsNotReadable: HealthCheck = {
  id: 'secrets-not-readable',
  title: 'Values are sealed',
  async run({ secrets }) {
    const names = (await secrets.readAll()).map(({ name }) => name)
    if (names.length === 0)
      return [
        unknown('There is no secret to ask about', 'See what the line of the secrets manager says first.'),
      ]
    const asked = spread(names, MOST)
    const open: string[] = []
    for (const name of asked) if (await secrets.canReadValue(name)) open.push(name)
    const some = asked.length < names.length ? `, which were asked of ${names.length}` : ''
    if (open.length === 0)
      return [fine(`The bot may read the value of none of ${asked.length} secrets${some}`)]
    const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : ''
    return [
      broken(
        `The bot’s credentials may read the value of ${open.slice(0, SHOWN).join(', ')}${more}`,
        'Take that away: give the bot the policy of docs/aws-iam-policy.json or docs/vault-policy.hcl, which denies it.',
      ),
    ]
  },
}

/** At most so many, from all over the list: policies differ by folder. */
const spread = (names: string[], most: number): string[] => {
  const step = Math.ceil(names.length / most)
  return names.filter((_, index) => index % step === 0)
}
