import { environmentsLeft } from '#domain/rotation/promotion'
import type { Instant } from '#domain/rotation/rotation'
import { approvals } from '#domain/rotation/rotation'
import { context, type Message, section } from './blocks.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list } from './text.ts'
import { delegateOfWords, shortName, tokensWords, who } from './words.ts'

/** Tells the channel that both roles have signed; the rotation is complete only when its old versions are revoked. */
export function approvalNotice(state: RotationState, names: Names, now: Instant): Message {
  const { rotation, permalink } = state
  const signers = approvals(rotation).map(
    (each) => `${who(each.by, names)}${delegateOfWords(each.delegateOf, names)}`,
  )
  const first = `${shortName(rotation)} signed by both roles: ${tokensWords(rotation.tokens)}`
  const left = environmentsLeft(rotation, state.environments).map(({ name }) => escapeUntrusted(name, 60))
  const next = left.length > 0 ? `Deploy now to ${list(left)}, with the button on the card.` : ''
  const summary = revocationSummary(state.revocations, now)
  return {
    text: first,
    blocks: [
      section([
        `*${first}*`,
        `Signed by ${list(signers)}`,
        ...(next ? [next] : []),
        ...(summary ? [summary] : []),
        'The completion notice follows when every old version is revoked.',
      ]),
      ...context(permalink ? [link(permalink, 'Card and thread')] : []),
    ],
  }
}
