import type { Button, KnownBlock } from '@slack/types'
import {
  type Environment,
  environmentsToPromote,
  environmentsToVerify,
  isInScope,
} from '#domain/rotation/environments'
import { environmentsLeft } from '#domain/rotation/promotion'
import { isRunning, latestRun, rotationLabel } from '#domain/rotation/rotation'
import { button, section } from './blocks.ts'
import { appearance, CHECK_WORDS, exceptionFor, overridableChecks, resultOf } from './check-lines.ts'
import { ACTIONS } from './ids.ts'
import { runWords } from './snapshot-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list } from './text.ts'

/** `*Environments:* sandbox ✓ verified · staging – not deployed · production – after the sign-offs` */
export function environmentsLine(state: RotationState): string {
  const { rotation, environments } = state
  const all = [
    ...environmentsToVerify(rotation, environments),
    ...environmentsToPromote(rotation, environments),
  ]
  return `*Environments:* ${all.map((each) => `${escapeUntrusted(each.name, 60)} ${environmentWords(state, each)}`).join(' · ')}`
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
  if (run && isRunning(run)) return '… being deployed'
  if (run?.state === 'failed') return '✗ deployment failed'
  if (run) return '… deployed, not verified yet'
  if (deploy === 'after-sign-off' && rotation.status === 'open') return '– after the sign-offs'
  return '– not deployed yet'
}

/** How many environments are promoted side by side: a message has no room for more. */
const PROMOTED_AT_ONCE = 3

/** While environments are promoted: the deployment and the checks of the next ones, in order. */
export function promotionBlocks(state: RotationState): KnownBlock[] {
  const left = environmentsLeft(state.rotation, state.environments)
  const later = left.slice(PROMOTED_AT_ONCE).map(({ name }) => escapeUntrusted(name, 60))
  return [
    ...left
      .slice(0, PROMOTED_AT_ONCE)
      .flatMap(({ name }, index) => promotionOf(state, name, index === 0 ? DETAILED : SHORT)),
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

function promotionOf(state: RotationState, name: string, room: Room): KnownBlock[] {
  const run = latestRun(state.rotation, 'deploy', name)
  const lines = checksIn(state, name).map((check) => checkLine(state, check, room))
  return [
    section(`*Promotion to ${escapeUntrusted(name, 60)}*${run ? ` · ${runWords(run)}` : ''}`),
    ...(lines.length > 0 ? [section(lines)] : []),
  ]
}

function checkLine(state: RotationState, { id, title }: { id: string; title: string }, room: Room): string {
  const { sign, word } = CHECK_WORDS[appearance(state, id)]
  const result = resultOf(state, id)
  const lead = `${exceptionFor(state, id) ? '⚠' : sign} ${escapeUntrusted(title, 100)} – ${word}`
  if (!result) return lead
  const hasAdvice = result.state !== 'passed' && result.advice !== '' && room.advice > 0
  const advice = hasAdvice ? ` → ${escapeUntrusted(result.advice, room.advice)}` : ''
  return `${lead}: ${escapeUntrusted(result.sentence, room.sentence)}${advice}`
}

/** What can be done while environments are promoted. */
export function promotionButtons(state: RotationState): Button[] {
  const { rotation } = state
  if (rotation.status !== 'promoting') return []
  const value = rotationLabel(rotation.id)
  return [
    ...nextPromotion(state),
    ...(overridableChecks(state).length > 0
      ? [button('Record manual step', ACTIONS.recordManualStep, value)]
      : []),
    button('Withdraw approval', ACTIONS.withdraw, value),
  ]
}

/** Environments are deployed to one after the other, also where that is allowed before the sign-offs. */
export const nextPromotion = (state: RotationState): Button[] =>
  environmentsLeft(state.rotation, state.environments)
    .slice(0, 1)
    .flatMap((each) => environmentButton(state, each, rotationLabel(state.rotation.id)))

function environmentButton(
  { rotation }: RotationState,
  { name, takes }: Environment,
  value: string,
): Button[] {
  const run = latestRun(rotation, 'deploy', name)
  // Before the sign-offs, the open step is the card's first button.
  const style = rotation.status === 'promoting' ? 'primary' : undefined
  if (takes === 'runtime') return [button(`Verify ${name}`, ACTIONS.verify(name), value, style)]
  if (run && isRunning(run)) return []
  const deploy = (isPrimary: boolean, label: string) =>
    button(label, ACTIONS.deploy(name), value, isPrimary ? style : undefined)
  return run?.state === 'succeeded'
    ? [button(`Verify ${name}`, ACTIONS.verify(name), value, style), deploy(false, `Deploy to ${name} again`)]
    : [deploy(true, run ? `Deploy to ${name} again` : `Deploy to ${name}`)]
}
