import type { Button, KnownBlock } from '@slack/types'
import { isBreakGlass } from '#domain/rotation/break-glass'
import {
  type Environment,
  environmentsToPromote,
  environmentsToVerify,
  isInScope,
} from '#domain/rotation/environments'
import { environmentsLeft } from '#domain/rotation/promotion'
import { type Instant, isRunning, latestRun, rotationLabel } from '#domain/rotation/rotation'
import { button, section } from './blocks.ts'
import { appearance, CHECK_WORDS, exceptionFor, resultOf } from './check-lines.ts'
import { ACTIONS } from './ids.ts'
import { runWords } from './snapshot-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list } from './text.ts'
import { when } from './times.ts'
import { barredNow, deployWaits, mustWait } from './windows.ts'

/** `*Environments:* sandbox ✓ verified · staging – not deployed · production – after the sign-offs` */
export function environmentsLine(state: RotationState): string {
  const { rotation, environments } = state
  const all = [
    ...environmentsToVerify(rotation, environments),
    ...environmentsToPromote(rotation, environments),
  ]
  return `*Environments:* ${all.map((each) => `${escapeUntrusted(each.name, 100)} ${environmentWords(state, each)}`).join(' · ')}`
}

const checksIn = ({ definitions }: RotationState, environment: string) =>
  definitions.filter((each) => each.environment === environment)

function environmentWords(state: RotationState, environment: Environment): string {
  const { rotation } = state
  const { name, deploy } = environment
  if (!isInScope(rotation, environment)) return '⚠ no token in scope'
  const checks = checksIn(state, name)
  const excepted = checks.some(({ id }) => exceptionFor(state, id))
  const verified = checks.every(({ id }) => appearance(state, id) === 'passed' || exceptionFor(state, id))
  const promoted = rotation.promoted.some((each) => each.environment === name)
  if (promoted || (verified && checks.length > 0))
    return excepted ? '⚠ verified with an exception' : '✓ verified'
  const run = latestRun(rotation, 'deploy', name)
  if (run?.state === 'waiting') return '⏸ waits for an approval in GitHub'
  if (run && isRunning(run)) return '… being deployed'
  if (run?.state === 'failed') return '✗ deployment failed'
  if (run) return '… deployed, not verified yet'
  const early = rotation.deviations.findLast((each) => each.environment === name)
  if (early)
    return `⚠ deployed before the sign-offs by ${escapeUntrusted(early.startedBy, 80)}, ${when(early.startedAt)}; not verified yet`
  if (deploy === 'after-sign-off' && rotation.status === 'open') return '– after the sign-offs'
  return '– not deployed yet'
}

/** How many environments are promoted side by side: a message has no room for more. */
const PROMOTED_AT_ONCE = 3

/** While environments are promoted: the deployment and the checks of the next ones, in order. */
export function promotionBlocks(state: RotationState, now: Instant): KnownBlock[] {
  const left = environmentsLeft(state.rotation, state.environments)
  const later = left.slice(PROMOTED_AT_ONCE).map(({ name }) => escapeUntrusted(name, 100))
  return [
    ...left
      .slice(0, PROMOTED_AT_ONCE)
      .flatMap((each, index) => promotionOf(state, each, index === 0 ? DETAILED : SHORT, now)),
    ...(later.length > 0 ? [section(`Promoted after these: ${list(later)}`)] : []),
  ]
}

/** How many characters of a check's result are shown. */
interface Room {
  sentence: number
  advice: number
}
const DETAILED: Room = { sentence: 240, advice: 160 }
/** For those that are not next: the card has no room for all. */
const SHORT: Room = { sentence: 80, advice: 0 }

function promotionOf(state: RotationState, environment: Environment, room: Room, now: Instant): KnownBlock[] {
  const { name } = environment
  const run = latestRun(state.rotation, 'deploy', name)
  const checks = checksIn(state, name).filter(({ step }) => step === 'promotion')
  // Before the deployment there is nothing to check.
  const isBefore = !run && checks.every(({ id }) => appearance(state, id) === 'not-run')
  const lines = isBefore ? [] : checks.map((check) => checkLine(state, check, room))
  return [
    section([
      `*Promotion to ${escapeUntrusted(name, 100)}*${run ? ` · ${runWords(state.rotation, run)}` : ''}`,
      ...(run && isRunning(run) ? [] : deployWaits(state, environment, now)),
    ]),
    ...(lines.length > 0 ? [section(lines)] : []),
  ]
}

function checkLine(state: RotationState, { id, title }: { id: string; title: string }, room: Room): string {
  const look = appearance(state, id)
  const { sign, word } = CHECK_WORDS[look]
  const result = resultOf(state, id)
  const lead = `${exceptionFor(state, id) ? '⚠' : sign} ${escapeUntrusted(title, 100)} – ${word}`
  if (!result) return lead
  if (look === 'waiting')
    return `${lead}${escapeUntrusted(result.sentence, room.sentence).replace(/^Waiting/, '')}`
  const hasAdvice = result.state !== 'passed' && result.advice !== '' && room.advice > 0
  const advice = hasAdvice ? ` → ${escapeUntrusted(result.advice, room.advice)}` : ''
  return `${lead}: ${escapeUntrusted(result.sentence, room.sentence)}${advice}`
}

/** Deploys to the next environment, or verifies it, also where that is allowed before the sign-offs; else none. */
export const deploymentButtons = (state: RotationState, now: Instant): Button[] =>
  environmentsLeft(state.rotation, state.environments)
    // Environments are deployed to one after the other.
    .slice(0, 1)
    .flatMap((each) => environmentButton(state, each, now))

function environmentButton(state: RotationState, environment: Environment, now: Instant): Button[] {
  const { rotation } = state
  const { name, takes } = environment
  const value = rotationLabel(rotation.id)
  const run = latestRun(rotation, 'deploy', name)
  // Before the sign-offs, the open step is the card's first button, but where break-glass was acknowledged.
  const style = rotation.status === 'promoting' || isBreakGlass(rotation) ? 'primary' : undefined
  if (takes === 'runtime') return [button(`Verify ${name}`, ACTIONS.verify(name), value, style)]
  if (run && isRunning(run)) return []
  const waits = mustWait(rotation, environment, barredNow(state, environment, now))
  const deploy = (isPrimary: boolean, label: string) =>
    waits ? [] : [button(label, ACTIONS.deploy(name), value, isPrimary ? style : undefined)]
  return run?.state === 'succeeded'
    ? [
        button(`Verify ${name}`, ACTIONS.verify(name), value, style),
        ...deploy(false, `Deploy to ${name} again`),
      ]
    : deploy(true, run ? `Deploy to ${name} again` : `Deploy to ${name}`)
}
