import type { Environment } from '#domain/rotation/environments'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { mayPassWindow } from '#domain/rotation/window-exception'
import { type Barred, barredDeployment } from '#domain/time/windows'
import type { RotationState } from './state.ts'
import { escapeUntrusted, sanitizePlainText } from './text.ts'
import { utc, when } from './times.ts'

const REASON_LENGTH = 120

/** Why it waits and until when, as plain text for a refusal. */
export function waitWords({ freeze, next }: Barred): string {
  const why = freeze
    ? `${freeze.from} to ${freeze.to} is frozen (${sanitizePlainText(freeze.reason, REASON_LENGTH)})`
    : 'the window is closed'
  const until = next
    ? `The next possible time is ${utc(next)}.`
    : 'There is none within a year: change windows or freeze in the configuration.'
  return `${why}. ${until}`
}

/** `from tomorrow 09:00 (frozen: Holidays)` */
export function opensWords({ freeze, next }: Barred): string {
  const why = freeze ? ` (frozen: ${escapeUntrusted(freeze.reason, REASON_LENGTH)})` : ''
  return `${next ? `from ${when(next)}` : 'not within a year; change windows or freeze in the configuration'}${why}`
}

/** What keeps the environment from being deployed to now; null for one that nothing is deployed to. */
export const barredNow = (
  { windows }: Pick<RotationState, 'windows'>,
  { name, takes }: Environment,
  now: Instant,
): Barred | null => (takes === 'deploy' ? barredDeployment(windows, name, now) : null)

/** Whether the button that deploys must wait; one that need not asks for a reason. */
export const mustWait = (rotation: Rotation, { name }: Environment, barred: Barred | null): boolean =>
  barred !== null && !mayPassWindow(rotation, name, barred)

/** Under an environment whose window is closed: when it may be deployed to; empty where it is open. */
export function deployWaits(state: RotationState, environment: Environment, now: Instant): string[] {
  const barred = barredNow(state, environment, now)
  if (!barred) return []
  const lead = `Deploy to ${escapeUntrusted(environment.name, 100)}:`
  return mustWait(state.rotation, environment, barred)
    ? [`… *${lead}* ${opensWords(barred)}`]
    : [`⚠ *${lead}* ${opensWords(barred)}; before then it needs a reason, which the form asks for`]
}
