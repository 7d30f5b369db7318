import { isSamePlace, parseArn, type SecretArn } from '#domain/tokens/secret-name'
import type { Described } from './aws-calls.ts'

/** AWS ends every ARN with a hyphen and six characters; names may end in the same way. */
const SUFFIX = /-[A-Za-z0-9]{6}$/

/**
 * The name of the secret that a name or ARN means. An ARN may be abbreviated by its last seven characters, so the list decides
 * which secret it is before its form does.
 *
 * @param home where the bot's own secrets are; null when none is listed
 */
export function awsName(
  reference: string,
  listed: readonly Pick<Described, 'name' | 'arn'>[],
  home: SecretArn | null,
): string {
  const arn = parseArn(reference)
  if (!arn) return reference
  const found =
    listed.find((each) => each.arn === reference) ??
    listed.find((each) => each.arn.replace(SUFFIX, '') === reference)
  if (found) return found.name
  if (home && !isSamePlace(arn, home)) return reference
  const name = arn.end.replace(SUFFIX, '')
  // Listed under another ARN: the one that was meant was deleted, and this one was created again.
  return listed.some((each) => each.name === name) ? reference : name
}
