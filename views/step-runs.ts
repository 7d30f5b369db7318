import type { KnownBlock } from '@slack/types'
import {
  type Environment,
  environmentsToVerify,
  isInScope,
  smokeEnvironment,
} from '#domain/rotation/environments'
import {
  type Instant,
  isRunning,
  latestRun,
  type RunKind,
  type RunSystem,
  rotationLabel,
} from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { tokenLabel } from '#domain/tokens/scope'
import { actions, button, section } from './blocks.ts'
import { appearance, definitionsOf, exceptionFor } from './check-lines.ts'
import { ACTIONS } from './ids.ts'
import { pack } from './pack.ts'
import { runWords } from './snapshot-lines.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list } from './text.ts'
import { barredNow, deployWaits, mustWait } from './windows.ts'
import { renewalWords, rotationWords } from './words.ts'

/** A run that the modal offers. */
export interface RunButton {
  kind: RunKind
  /** Where it is deployed or tested; absent for a rotation. */
  environment?: string
  action: string
  /** Label before the first run; `again` is the label after one that ended. */
  start: string
  again: string
}

const rotateButton = (system: RunSystem): RunButton => {
  const start = `Start ${rotationWords(system)}`
  return { kind: 'rotate', action: ACTIONS.startWorkflow, start, again: `${start} again` }
}

const RUN_BUTTONS: Partial<Record<StepId, (state: RotationState) => RunButton[]>> = {
  'rotation-execution': ({ rotatesWith }) => [rotateButton(rotatesWith)],
  'integration-verification': ({ rotation, environments }) => {
    const tested = smokeEnvironment(rotation, environments)
    return environmentsToVerify(rotation, environments)
      .filter((each) => isInScope(rotation, each))
      .flatMap((each) => [
        ...(each.takes === 'deploy' ? [deployButton(each)] : []),
        ...(each === tested ? [smokeButton(each)] : []),
      ])
  },
}

/** The deployment, which a smoke suite follows by itself. */
const deployButton = ({ name }: Environment): RunButton => ({
  kind: 'deploy',
  environment: name,
  action: ACTIONS.deploy(name),
  start: `Deploy to ${name}`,
  again: `Deploy to ${name} again`,
})

/**
 * The first rotation or deployment that an open step needs and that was not started; undefined when there is none. What others
 * deployed and a check found is done, and so is a step whose checks all passed or were overridden.
 */
export function nextRun(state: RotationState, step: StepId): RunButton | undefined {
  if (isVerified(state, step)) return undefined
  return RUN_BUTTONS[step]?.(state).find(
    ({ kind, environment }) =>
      kind !== 'smoke' &&
      !latestRun(state.rotation, kind, environment) &&
      !(environment && hasPassedIn(state, step, environment)),
  )
}

function isVerified(state: RotationState, step: StepId): boolean {
  const checks = definitionsOf(state, step)
  return (
    checks.length > 0 &&
    checks.every(({ id }) => appearance(state, id) === 'passed' || exceptionFor(state, id))
  )
}

/** Whether a check of an environment passed: each of them needs its deployment. */
const hasPassedIn = (state: RotationState, step: StepId, environment: string): boolean =>
  definitionsOf(state, step).some(
    (check) => check.environment === environment && appearance(state, check.id) === 'passed',
  )

/** Whether the environment was deployed to with its new tokens: a smoke test would otherwise test the old ones. */
function isDeployed(state: RotationState, step: StepId, environment: string): boolean {
  if (state.environments.find(({ name }) => name === environment)?.takes === 'runtime') return true
  const run = latestRun(state.rotation, 'deploy', environment)
  const newest = state.rotation.tokens
    .flatMap((token) => (token.environment === environment ? (token.newVersionAt ?? []) : []))
    .sort()
    .at(-1)
  const isAfter = run?.state === 'succeeded' && seconds(run.startedAt ?? '') >= seconds(newest ?? '')
  return isAfter || hasPassedIn(state, step, environment)
}

/** The CI tells whole seconds only. */
const seconds = (at: Instant): string => at.slice(0, '2026-11-23T09:34:00'.length)

/** The smoke suite again, alone. */
const smokeButton = ({ name }: Environment): RunButton => ({
  kind: 'smoke',
  environment: name,
  action: ACTIONS.runSmoke,
  start: 'Run smoke test',
  again: 'Run smoke test again',
})

const RUN_SIGNS = {
  requested: '…',
  queued: '…',
  waiting: '…',
  running: '…',
  succeeded: '✓',
  failed: '✗',
} as const

const NOTHING_DEPLOYED =
  'Nothing was deployed yet. Deploy to one environment after the other; a smoke test follows its deployment by itself.'

/** The runs of a step, and the buttons that start them: the next one is the primary one. */
export function runBlocks(state: RotationState, step: StepId, now: Instant): KnownBlock[] {
  const { rotation } = state
  const offered = RUN_BUTTONS[step]?.(state)
  if (!offered) return []
  const runs = offered.flatMap(({ kind, environment }) => latestRun(rotation, kind, environment) ?? [])
  const lines = [
    ...runs.map((run) => `${RUN_SIGNS[run.state]} ${runWords(rotation, run)}`),
    ...(step === 'rotation-execution' ? renewalLines(state, runs.length > 0) : []),
    ...(runs.length === 0 && offered.some(({ kind }) => kind === 'deploy') ? [NOTHING_DEPLOYED] : []),
    ...offered.flatMap((each) => waitsOf(state, each, now).lines),
  ]
  const next = nextRun(state, step)
  // A successful rotation cannot be started again by accident: a second new version would hide the old one from the
  // tags. It can after a failure or a rejection.
  const startable = offered.filter((each) => {
    const { kind, environment } = each
    if (waitsOf(state, each, now).waits) return false
    if (kind === 'smoke' && environment && !isDeployed(state, step, environment)) return false
    const run = latestRun(rotation, kind, environment)
    const done = kind === 'rotate' && run?.state === 'succeeded' && everyTokenRenewed(rotation.tokens)
    return !isRunning(run) && (!done || reopenedSince(state, step, run.requestedAt))
  })
  const buttons = startable.map(({ kind, environment, action, start, again }) =>
    latestRun(rotation, kind, environment)
      ? button(again, action, rotationLabel(rotation.id))
      : button(start, action, rotationLabel(rotation.id), action === next?.action ? 'primary' : undefined),
  )
  return [
    ...pack(lines).map((text, index) => section(text, { block_id: index === 0 ? 'runs' : `runs:${index}` })),
    ...actions(buttons, 'run-actions'),
  ]
}

/** Whether a deployment waits for its window, and until when. */
function waitsOf(state: RotationState, { kind, environment }: RunButton, now: Instant) {
  const target = state.environments.find((each) => each.name === environment)
  if (kind !== 'deploy' || !target) return { waits: false, lines: [] }
  return {
    waits: mustWait(state.rotation, target, barredNow(state, target, now)),
    lines: deployWaits(state, target, now),
  }
}

/** Whether a rejection reopened the step after a run was requested. */
const reopenedSince = ({ rotation }: RotationState, step: StepId, at: Instant): boolean =>
  rotation.signOffs.some((each) => each.reopened.includes(step) && each.at > at)

const everyTokenRenewed = (tokens: RotationState['rotation']['tokens']): boolean =>
  tokens.every((token) => token.newVersionId)

const OLD_TOKENS_NAMED = 9

function renewalLines({ rotation, rotatesWith }: RotationState, began: boolean): string[] {
  const { tokens } = rotation
  if (!began)
    return [`The ${rotationWords(rotatesWith)} has not been started. It usually takes about a minute.`]
  const old = tokens
    .filter((token) => !token.newVersionId)
    .map((token) => escapeUntrusted(tokenLabel(token), 180))
  return [
    renewalWords(rotation),
    ...(old.length > 0 ? [`Still on the old version: ${list(old, OLD_TOKENS_NAMED)}`] : []),
  ]
}
