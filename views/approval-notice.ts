import { awaiting, earliestDeadline } from '#domain/revocations/deadline-calls'
import { environmentsLeft } from '#domain/rotation/promotion'
import type { Instant } from '#domain/rotation/rotation'
import { approvals } from '#domain/rotation/rotation'
import { context, type Message, section } from './blocks.ts'
import { deadlineWords } from './deadline.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list } from './text.ts'
import { barredNow, deployWaits } from './windows.ts'
import { delegateOfWords, shortName, tokensWords, who } from './words.ts'

/** Tells the channel that both roles have signed; the rotation is complete only when its old versions are revoked. */
export function approvalNotice(state: RotationState, names: Names, now: Instant): Message {
  const { rotation, permalink } = state
  const signers = approvals(rotation).map(
    (each) => `${who(each.by, names)}${delegateOfWords(each.delegateOf, names)}`,
  )
  const first = `${shortName(rotation)} signed by both roles: ${tokensWords(rotation.tokens)}`
  const next = nextWords(state, now)
  const summary = revocationSummary(state.revocations, now)
  const deadline = earliestDeadline(awaiting(state.revocations, 'deployment'))
  return {
    text: first,
    blocks: [
      section([
        `*${first}*`,
        `Signed by ${list(signers)}`,
        ...next,
        ...(deadline ? [`Deploy before ${deadlineWords(deadline, now)}, the old tokens’ deadline.`] : []),
        ...(summary ? [summary] : []),
        'The completion notice follows when every old version is revoked.',
      ]),
      ...context(permalink ? [link(permalink, 'Card and thread')] : []),
    ],
  }
}

/** What may be deployed now, and what when its window opens. */
function nextWords(state: RotationState, now: Instant): string[] {
  const left = environmentsLeft(state.rotation, state.environments)
  const open = left
    .filter((each) => !barredNow(state, each, now))
    .map(({ name }) => escapeUntrusted(name, 100))
  return [
    ...(open.length > 0 ? [`Deploy now to ${open.join(', then to ')}, with the button on the card.`] : []),
    ...left.flatMap((each) => deployWaits(state, each, now)),
  ]
}
