import type { KnownBlock, ModalView, SectionBlock } from '@slack/types'
import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import { environmentsToPromote } from '#domain/rotation/environments'
import { type Instant, rotationLabel, stepOf } from '#domain/rotation/rotation'
import { type StepId, stepDefinition } from '#domain/rotation/steps'
import { openSteps, waitsFor } from '#domain/rotation/turn'
import { alert, modal, section, textArea } from './blocks.ts'
import { resultWords } from './card.ts'
import { evidenceInputs } from './evidence-inputs.ts'
import { foundBlocks } from './found-runs.ts'
import { INPUTS } from './ids.ts'
import { LIMITS, VIEW_BUDGET } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import { oldTokensLine } from './old-tokens.ts'
import { packGroups } from './pack.ts'
import { quoteBlocks } from './quotes.ts'
import { stepLines } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { statementBlocks } from './statement-blocks.ts'
import { checkBlocks } from './step-checks.ts'
import { nextRun, type RunButton, runBlocks } from './step-runs.ts'
import { escapeUntrusted, list, plural } from './text.ts'
import { delegateOfWords, revocationWords, shortName, stepName, tokensWords, who } from './words.ts'

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
  ]
  const next = nextRun(state, step)
  if (next) return modal(step, title, [...blocks, firstBlock(next)], { metadata })
  const form = [
    ...statementBlocks(state, step),
    ...evidenceInputs(),
    textArea(INPUTS.notes, 'Notes', { optional: true }),
  ]
  return modal(step, title, [...blocks, ...form], { metadata, submit: `Complete step ${number}` })
}

/** Instead of the form: nobody can confirm what a run has yet to do. */
const firstBlock = ({ start }: RunButton): SectionBlock =>
  section(
    `_First press “${escapeUntrusted(start, 100)}”. What is left to confirm is asked here afterwards._`,
    {
      block_id: 'first',
    },
  )

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
