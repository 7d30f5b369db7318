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

/** An identity-based policy of IAM. Conditions are not understood, so that none is taken for met. */
export type Policy = z.output<typeof policySchema>

/** The very policy that the bot's users are told to give it: what it leaves out is denied here, too. */
export const readBotPolicy = (): Policy =>
  policySchema.parse(
    JSON.parse(readFileSync(new URL('../../docs/aws-iam-policy.json', import.meta.url), 'utf8')),
  )

/** `*` is any number of characters and `?` is one, as in IAM. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(text)
}

/**
 * What a policy says of an action, as IAM decides: a denial outweighs whatever allows, and what nothing allows is refused.
 *
 * @param action such as `secretsmanager:ListSecrets`
 * @param resource an ARN, or `*` where the action knows none
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
