import type { Delegation } from '#domain/approvers/delegation'
import { type Instant, ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import { missingRoles } from '#domain/rotation/turn'
import { type Message, section } from './blocks.ts'
import { oldTokensLine } from './old-tokens.ts'
import type { Names, RotationState } from './state.ts'
import { link, list, mention, plural } from './text.ts'
import { shortName, tokensWords, who } from './words.ts'

/**
 * Mentions, in the rotation's thread, the approvers whose signature is missing and their delegates.
 *
 * @param first lines above it: the step that was completed
 */
export function signOffRequest(
  state: RotationState,
  names: Names,
  now: Instant,
  delegations: Delegation[] = [],
  first: string[] = [],
): Message {
  const oldTokens = oldTokensLine(state, now)
  const { rotation, approvers, permalink } = state
  const delegateWords = (role: Role): string =>
    delegations
      .filter((each) => each.role === role)
      .map(({ from, to }) => `, or ${mention(to)} as delegate of ${who(from, names)}`)
      .join('')
  const asked = missingRoles(rotation).map((role) =>
    approvers[role].length > 0
      ? `${approvers[role].map(mention).join(' ')} (${ROLE_TITLES[role]}${delegateWords(role)})`
      : `the ${ROLE_TITLES[role]} (⚠ nobody has this role in the configuration)`,
  )
  const again = rotation.round > 1 ? ` again, round ${rotation.round}` : ''
  const lead = `${shortName(rotation)} waits for sign-off${again} by ${list(asked)}`
  const exceptions = new Set(rotation.exceptions.map((each) => each.check)).size
  return {
    text: lead,
    blocks: [
      ...first.map((line) => section(line)),
      section([
        `*${lead}*`,
        `All ${rotation.steps.length} steps are done: ${tokensWords(rotation.tokens)}. Owner ${who(rotation.ownerId, names)}.`,
        ...(exceptions > 0 ? [`⚠ ${plural(exceptions, 'exception')}: review these first.`] : []),
        ...(oldTokens ? [oldTokens] : []),
        `Sign or reject with the buttons on ${permalink ? link(permalink, 'the card') : 'the card'}. People who worked on this rotation cannot sign.`,
      ]),
    ],
  }
}
