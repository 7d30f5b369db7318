import type { EventData } from '#rotation/events'
import type { Instant } from '#rotation/rotation'
import { rotationLabel } from '#rotation/rotation'
import { actions, button, type Message, section } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import { fitting, oldVersionName } from './revocation-lines.ts'
import type { RotationState } from './state.ts'
import { code, link, mention, plural, theirs, when } from './text.ts'
import { headline, shortName } from './words.ts'

const SHOWN = 12

/**
 * Rings on-call because old versions outlived their deadline, also when their rotation is long closed.
 *
 * @param oncall ids of user groups or people; none rings nobody, and says so
 */
export function overdueRevocation(
  { rotation, permalink }: RotationState,
  versions: EventData['revocation-overdue']['versions'],
  oncall: string[],
  now: Instant,
): Message {
  const ring = oncall.length > 0 ? oncall.map(mention).join(' ') : 'DevOps on-call'
  const count = plural(versions.length, 'old version')
  const what = `${count} of ${shortName(rotation)} should be revoked by now, and nothing proves that`
  const all = versions.map(
    (version) => `• ${oldVersionName(version)} ${theirs(version.why, 160)}; due since ${when(version.since)}`,
  )
  const { shown, left } = fitting(all, SHOWN)
  const label = rotationLabel(rotation.id)
  return {
    text: `${ring} ${what}.`,
    blocks: [
      section([
        `⚠ ${ring} *${what}*`,
        ...(oncall.length > 0
          ? []
          : ['Nobody was rung: the configuration names no on-call group (people.on-call).']),
        ...shown,
        ...(left > 0 ? [`• and ${plural(left, 'more')}: ${code('/rotation revocations')} lists them`] : []),
      ]),
      section([
        'Whoever holds an old token can still use it. Revoke it at its issuer: the bot looks again and says when it is gone. Where the secrets manager cannot show it, record what you did.',
        `${headline(rotation, now)}${permalink ? ` · ${link(permalink, 'Open card')}` : ''}`,
      ]),
      ...actions([button('Record revocation', ACTIONS.recordRevocation, label)], 'revocation-actions'),
    ],
  }
}
