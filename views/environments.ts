import type { Button, KnownBlock } from '@slack/types'
import { type Environment, environmentsToPromote, environmentsToVerify } from '#domain/rotation/environments'
import { environmentsLeft } from '#domain/rotation/promotion'
import { isRunning, latestRun, rotationLabel } from '#domain/rotation/rotation'
import { button, section } from './blocks.ts'
import { appearance, CHECK_WORDS, exceptionFor, overridableChecks, resultOf } from './check-lines.ts'
import { ACTIONS } from './ids.ts'
import { runWords } from './snapshot-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted } from './text.ts'

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

function environmentWords(state: RotationState, { name, deploy }: Environment): string {
  const { rotation } = state
  if (!rotation.tokens.some((token) => token.environment === name)) return '⚠ no token in scope'
  if (rotation.promoted.some((each) => each.environment === name)) return '✓ verified'
  const checks = checksIn(state, name)
  const excepted = checks.filter(({ id }) => exceptionFor(state, id))
  const open = checks.filter(({ id }) => appearance(state, id) !== 'passed' && !exceptionFor(state, id))
  if (open.length === 0) return excepted.length > 0 ? '⚠ verified with an exception' : '✓ verified'
  const run = latestRun(rotation, 'deploy', name)
  if (run && isRunning(run)) return '… being deployed'
  if (run?.state === 'failed') return '✗ deployment failed'
  if (run) return '… deployed, not verified yet'
  if (deploy === 'after-sign-off' && rotation.status === 'open') return '– after the sign-offs'
  return '– not deployed yet'
}

/** While environments are promoted: the deployment and the checks of each that is left. */
export const promotionBlocks = (state: RotationState): KnownBlock[] =>
  environmentsLeft(state.rotation, state.environments).map(({ name }) => {
    const run = latestRun(state.rotation, 'deploy', name)
    return section([
      `*Promotion to ${escapeUntrusted(name, 60)}*${run ? ` · ${runWords(run)}` : ''}`,
      ...checksIn(state, name).map((check) => checkLine(state, check)),
    ])
  })

function checkLine(state: RotationState, { id, title }: { id: string; title: string }): string {
  const { sign, word } = CHECK_WORDS[appearance(state, id)]
  const result = resultOf(state, id)
  const lead = `${exceptionFor(state, id) ? '⚠' : sign} ${escapeUntrusted(title, 100)} – ${word}`
  if (!result) return lead
  const advice =
    result.state === 'passed' || !result.advice ? '' : ` → ${escapeUntrusted(result.advice, 200)}`
  return `${lead}: ${escapeUntrusted(result.sentence, 300)}${advice}`
}

/** What can be done while environments are promoted. */
export function promotionButtons(state: RotationState): Button[] {
  const { rotation, environments } = state
  if (rotation.status !== 'promoting') return []
  const value = rotationLabel(rotation.id)
  return [
    ...environmentsLeft(rotation, environments).flatMap((each, index) =>
      environmentButton(state, each, value, index === 0),
    ),
    ...(overridableChecks(state).length > 0
      ? [button('Record manual step', ACTIONS.recordManualStep, value)]
      : []),
    button('Withdraw approval', ACTIONS.withdraw, value),
  ]
}

function environmentButton(
  { rotation }: RotationState,
  { name, takes }: Environment,
  value: string,
  isFirst: boolean,
): Button[] {
  const run = latestRun(rotation, 'deploy', name)
  const style = isFirst ? ('primary' as const) : undefined
  if (takes === 'runtime') return [button(`Verify ${name}`, ACTIONS.verify(name), value, style)]
  if (run && isRunning(run)) return []
  const deploy = (isPrimary: boolean, label: string) =>
    button(label, ACTIONS.deploy(name), value, isPrimary ? style : undefined)
  return run?.state === 'succeeded'
    ? [button(`Verify ${name}`, ACTIONS.verify(name), value, style), deploy(false, `Deploy to ${name} again`)]
    : [deploy(true, run ? `Deploy to ${name} again` : `Deploy to ${name}`)]
}
