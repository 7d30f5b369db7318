import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import {
  type Environment,
  environmentsToPromote,
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
  stepOf,
} from '#domain/rotation/rotation'
import { type StepId, stepDefinition } from '#domain/rotation/steps'
import { openSteps, waitsFor } from '#domain/rotation/turn'
import { tokenLabel } from '#domain/tokens/scope'
import { actions, alert, button, modal, section, textArea } from './blocks.ts'
import { resultWords } from './card.ts'
import { evidenceInputs } from './evidence-inputs.ts'
import { foundBlocks } from './found-runs.ts'
import { ACTIONS, INPUTS } from './ids.ts'
import { LIMITS, VIEW_BUDGET } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import { oldTokensLine } from './old-tokens.ts'
import { pack, packGroups } from './pack.ts'
import { quoteBlocks } from './quotes.ts'
import { runWords, stepLines } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { statementBlocks } from './statement-blocks.ts'
import { checkBlocks } from './step-checks.ts'
import { escapeUntrusted, list, plural } from './text.ts'
import { barredNow, deployWaits, mustWait } from './windows.ts'
import {
  delegateOfWords,
  renewalWords,
  revocationWords,
  rotationWords,
  shortName,
  stepName,
  tokensWords,
  who,
} from './words.ts'

/**
 * A step's modal: introduction, check results, what a person confirms. Redrawn with `views.update` while checks run;
 * block ids stay the same, so that Slack keeps what was typed.
 */
export function stepModal(state: RotationState, step: StepId, names: Names, now: Instant): ModalView {
  const { rotation } = state
  const { number } = stepDefinition(step)
  const title = `Step ${number} of ${rotation.steps.length} · ${rotationLabel(rotation.id)}`
  const digest = attestationsDigest(attestationsOf(step, state.runbook))
  const metadata = viewMetadata(rotation.id, { digest })
  const intro = introBlock(state, step, now)
  if (stepOf(rotation, step).completion)
    return modal(step, title, [intro, ...doneBlocks(state, step, names)], { metadata })
  if (!openSteps(rotation).includes(step))
    return modal(step, title, [intro, section(notOpenWords(state, step))], { metadata })
  const blocks: KnownBlock[] = [
    intro,
    ...reopenedBlocks(state, step, names),
    ...runBlocks(state, step, now),
    ...quoteBlocks(rotation, step),
    ...(step === 'rotation-execution' || step === 'integration-verification' ? foundBlocks(state, step) : []),
    ...checkBlocks(state, step, names, now),
    ...statementBlocks(state, step),
    ...evidenceInputs(),
    textArea(INPUTS.notes, 'Notes', { optional: true }),
  ]
  return modal(step, title, blocks, { metadata, submit: `Complete step ${number}` })
}

/** The steps between which old versions wait for a deployment. */
const SHOWS_DEADLINE: ReadonlySet<StepId> = new Set(['rotation-execution', 'integration-verification'])

function introBlock(state: RotationState, step: StepId, now: Instant): SectionBlock {
  const { rotation } = state
  const oldTokens = SHOWS_DEADLINE.has(step) ? oldTokensLine(state, now) : null
  const atOnce = step === 'rotation-execution' && revokeWithinHours(rotation) === 0
  const lines = [
    `*${stepDefinition(step).title}* · ${shortName(rotation)}`,
    tokensWords(rotation.tokens),
    ...(atOnce ? [`⚠ Old versions are ${revocationWords(rotation)}: somebody else may have them.`] : []),
    ...(step === 'rotation-execution' ? promotedAtOnce(state) : []),
    ...(oldTokens ? [oldTokens] : []),
  ]
  return section(lines, { block_id: 'intro' })
}

/** A warning where starting the workflow is the promotion. */
function promotedAtOnce({ rotation, environments }: RotationState): string[] {
  const names = environmentsToPromote(rotation, environments)
    .filter(({ takes }) => takes === 'runtime')
    .map(({ name }) => escapeUntrusted(name, 100))
  if (names.length === 0) return []
  return [
    `⚠ Starting the workflow *is* the promotion of ${list(names)}: agents there read their tokens while they run. It starts only after a manual step is recorded for it below.`,
  ]
}

function doneBlocks(state: RotationState, step: StepId, names: Names): KnownBlock[] {
  const lines = stepLines(state, stepOf(state.rotation, step), names)
  const { blocks, left } = packGroups([lines], { blocks: LIMITS.viewBlocks - 2, bytes: VIEW_BUDGET })
  if (left.length === 0) return blocks
  return [...blocks, section(`⚠ ${plural(left.join('\n').length, 'more character')} do not fit here.`)]
}

function notOpenWords({ rotation }: RotationState, step: StepId): string {
  if (rotation.status !== 'open')
    return `${rotationLabel(rotation.id)} was ${resultWords(rotation)}. It can no longer be changed.`
  return `This step is not open yet. It waits for ${list(waitsFor(rotation, step).map(stepName))}.`
}

function reopenedBlocks({ rotation }: RotationState, step: StepId, names: Names): KnownBlock[] {
  const last = rotation.signOffs.findLast((each) => each.decision === 'rejected')
  if (!last?.reopened.includes(step)) return []
  return [
    alert(
      'info',
      `↩ Reopened by ${who(last.by, names)}${delegateOfWords(last.delegateOf, names)}: ${escapeUntrusted(last.comment, 1500)}`,
      { block_id: 'reopened' },
    ),
  ]
}

interface RunButton {
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
  failed: '·',
} as const

const NOTHING_DEPLOYED =
  'Nothing was deployed yet. Deploy to one environment after the other; a smoke test follows its deployment by itself.'

function runBlocks(state: RotationState, step: StepId, now: Instant): KnownBlock[] {
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
  // A successful rotation cannot be started again by accident: a second new version would hide the old one from the
  // tags. It can after a failure or a rejection.
  const startable = offered.filter((each) => {
    const { kind, environment } = each
    if (waitsOf(state, each, now).waits) return false
    const run = latestRun(rotation, kind, environment)
    const done = kind === 'rotate' && run?.state === 'succeeded' && everyTokenRenewed(rotation.tokens)
    return !isRunning(run) && (!done || reopenedSince(state, step, run.requestedAt))
  })
  const buttons = startable.map(({ kind, environment, action, start, again }) =>
    latestRun(rotation, kind, environment)
      ? button(again, action, rotationLabel(rotation.id))
      : button(start, action, rotationLabel(rotation.id), kind === 'rotate' ? 'primary' : undefined),
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
