import { readFileSync } from 'node:fs'
import { z } from 'zod'

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

const policySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string(),
      Effect: z.enum(['Allow', 'Deny']),
      Action: oneOrMany,
      Resource: oneOrMany,
    }),
  ),
})

/** An identity-based IAM policy. Conditions are not supported, so a policy that has one is invalid. */
export type Policy = z.output<typeof policySchema>

/** The policy from the documentation, so that every test proves it is sufficient. */
export const readBotPolicy = (): Policy =>
  policySchema.parse(
    JSON.parse(readFileSync(new URL('../../docs/aws-iam-policy.json', import.meta.url), 'utf8')),
  )

/** IAM wildcards: `*` is any number of characters, `?` is one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(text)
}

/**
 * Evaluates a policy as IAM does: an explicit deny wins, and anything not allowed is denied.
 *
 * @param action such as `secretsmanager:ListSecrets`
 * @param resource an ARN, or `*` for actions without a resource
 */
export function decide(
  policy: Policy,
  action: string,
  resource: string,
): 'allowed' | 'denied' | 'unmentioned' {
  const effects = policy.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  ).map(({ Effect }) => Effect)
  if (effects.includes('Deny')) return 'denied'
  return effects.includes('Allow') ? 'allowed' : 'unmentioned'
}
