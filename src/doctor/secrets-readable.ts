import { broken, fine, type HealthCheck, reach } from './health-check.ts'

const SHOWN = 5

/** The metadata of every secret under the prefix can be read. */
export const secretsReadable: HealthCheck = {
  id: 'secrets-readable',
  title: 'Secrets manager',
  run: ({ secrets, config }) =>
    reach(
      () => secrets.readAll(),
      'Fix what it reports; docs/aws-iam-policy.json and docs/vault-policy.hcl list the permissions that the bot needs.',
      (readings) => {
        const problems = readings.flatMap(({ problem }) => problem ?? [])
        if (readings.length === 0)
          return [
            broken(
              `There is no secret whose name begins with “${config.secretsPrefix}”`,
              'Correct secrets.prefix (and secrets.mount) in the config, or check that the credentials belong to the right account.',
            ),
          ]
        if (problems.length === 0) return [fine(`The metadata of all ${readings.length} secrets can be read`)]
        const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : ''
        return [
          broken(
            `${problems.length} of ${readings.length} secrets cannot be read: ${problems.slice(0, SHOWN).join('; ')}${more}`,
            'Fix what it reports; the policies in docs/ list the permissions that the bot needs.',
          ),
        ]
      },
    ),
}
