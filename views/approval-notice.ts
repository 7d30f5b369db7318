import { awaiting, earliestDeadline } from '#domain/revocations/deadline-calls'
import { environmentsLeft } from '#domain/rotation/promotion'
import type { Instant, RotationStatus } from '#domain/rotation/rotation'
import { approvals } from '#domain/rotation/rotation'
import { context, type Message, section } from './blocks.ts'
import { deadlineWords } from './deadline.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list } from './text.ts'
import { when } from './times.ts'
import { barredNow, deployWaits } from './windows.ts'
import { delegateOfWords, shortName, tokensWords, who } from './words.ts'

/** What it says first. Before both roles have signed again, it only says that the approval is void. */
const FIRST: Record<RotationStatus, (name: string, tokens: string) => string> = {
  open: (name) => `${name}: the approval no longer applies, both roles must sign again`,
  promoting: (name, tokens) => `${name} signed by both roles: ${tokens}`,
  retiring: (name, tokens) => `${name} signed by both roles, nothing left to deploy: ${tokens}`,
  complete: (name, tokens) => `${name} signed by both roles, and complete: ${tokens}`,
  aborted: (name) => `${name} was aborted after both roles had signed`,
}

/**
 * Tells the channel that both roles have signed, and what is still to be done; the rotation is complete only when its old
 * versions are revoked. Edited when one of these changes.
 */
export function approvalNotice(state: RotationState, names: Names, now: Instant): Message {
  const { rotation, permalink } = state
  const first = FIRST[rotation.status](shortName(rotation), tokensWords(rotation.tokens))
  return {
    text: first,
    blocks: [
      section([`*${first}*`, ...detailLines(state, names, now)]),
      ...context(permalink ? [link(permalink, 'Card and thread')] : []),
    ],
  }
}

function detailLines(state: RotationState, names: Names, now: Instant): string[] {
  const { rotation } = state
  if (rotation.status === 'open' || rotation.status === 'aborted') return ['The card says what comes next.']
  const signers = approvals(rotation).map(
    (each) => `${who(each.by, names)}${delegateOfWords(each.delegateOf, names)}`,
  )
  const deployed = rotation.promoted.map(
    ({ environment, at }) => `${escapeUntrusted(environment, 100)} ${when(at)}`,
  )
  const summary = revocationSummary(state.revocations, now)
  const deadline = earliestDeadline(awaiting(state.revocations, 'deployment'))
  return [
    `Signed by ${list(signers)}`,
    ...(deployed.length > 0 ? [`Deployed and verified: ${list(deployed)}.`] : []),
    ...nextWords(state, now),
    ...(deadline && rotation.status === 'promoting'
      ? [`Deploy before ${deadlineWords(deadline, now)}, the old tokens’ deadline.`]
      : []),
    ...(summary ? [summary] : []),
    ...(rotation.status === 'complete'
      ? []
      : ['The completion notice follows when every old version is revoked.']),
  ]
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
