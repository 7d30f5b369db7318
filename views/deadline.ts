import type { Button } from '@slack/types'
import { extendable } from '#domain/revocations/extend-revocation'
import { forcible } from '#domain/revocations/force-revocation'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { button } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import type { RotationState } from './state.ts'
import { duration, millisBetween, when } from './times.ts'

/** A deadline of 24 h is that far away also some seconds after it was set. */
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** `in 23 h`, `in 1 h 20 min`, `3 h ago`: exact to the minute only when it is near. */
export function relativeWords(instant: Instant, now: Instant): string {
  const ms = millisBetween(now, instant)
  const far = Math.abs(ms)
  const unit = far >= 2 * DAY ? DAY : far >= 2 * HOUR ? HOUR : 1
  const words = duration(Math.floor((unit === 1 ? far : far + MINUTE) / unit) * unit)
  return ms < 0 ? `${words} ago` : `in ${words}`
}

/** `tomorrow 10:05 (in 23 h)` */
export const deadlineWords = (deadline: Instant, now: Instant): string =>
  `${when(deadline)} (${relativeWords(deadline, now)})`

/** What a person may decide about old versions; none where their issuer revokes them by its own date. */
export function decisionButtons({ rotation, revocations }: RotationState): Button[] {
  const value = rotationLabel(rotation.id)
  return [
    ...(forcible(revocations).length > 0 ? [button('Revoke now', ACTIONS.revokeNow, value)] : []),
    ...(extendable(revocations).length > 0 ? [button('Extend', ACTIONS.extendRevocation, value)] : []),
  ]
}
