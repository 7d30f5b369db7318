import type { Instant } from '#domain/rotation/rotation'
import { approvals } from '#domain/rotation/rotation'
import { context, type Message, section } from './blocks.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { link, list } from './text.ts'
import { shortName, standInWords, tokensWords, who } from './words.ts'

/** Tells the channel that both roles have signed; the rotation is complete only when its old versions are revoked. */
export function approvalNotice(state: RotationState, names: Names, now: Instant): Message {
  const { rotation, permalink } = state
  const signers = approvals(rotation).map(
    (each) => `${who(each.by, names)}${standInWords(each.delegateOf, names)}`,
  )
  const first = `${shortName(rotation)} signed by both roles: ${tokensWords(rotation.tokens)}`
  const summary = revocationSummary(state.revocations, now)
  return {
    text: first,
    blocks: [
      section([
        `*${first}*`,
        `Signed by ${list(signers)}`,
        `${summary ? `${summary} ` : ''}The completion notice follows when every old version is revoked.`,
      ]),
      ...context(permalink ? [link(permalink, 'Card and thread')] : []),
    ],
  }
}
