import type { KnownBlock, ModalView } from '@slack/types'
import { decidedBy, wordedAttestations } from '#domain/rotation/attestations'
import { type Instant, ROLE_TITLES, type Role, rotationLabel, type Step } from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { alert, modal, section, textArea } from './blocks.ts'
import { appearance, definitionsOf, exceptionFor, verificationIn } from './check-lines.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS, VIEW_BUDGET } from './limits.ts'
import { viewMetadata } from './metadata.ts'
import { jsonBytes, pack, packGroups } from './pack.ts'
import { changeLines, type LastLook } from './sign-off-changes.ts'
import { outcomeWords } from './sign-off-outcome.ts'
import { brief, rejectionLines, signedLines, warningLines } from './sign-off-warnings.ts'
import type { Names, RotationState } from './state.ts'
import { code, link, plural } from './text.ts'
import { when } from './times.ts'
import { versionLines } from './version-lines.ts'
import { delegateOfWords, headline, staleWords, who } from './words.ts'

/** Addresses of the full record in the thread: what is signed, and a page to read; null until it is uploaded. */
export interface RecordFiles {
  json: string | null
  page: string | null
}

export interface SignOffForm {
  role: Role
  /** The approver they sign on behalf of; null when they hold the role. */
  delegateOf?: string | null
  record?: RecordFiles | null
  lastLook?: LastLook | null
  /** What was typed already. */
  comment?: string
}

/** One screen of what is signed: exceptions first, then what was checked, and each token. The record has the rest. */
export function signOffModal(
  state: RotationState,
  { role, delegateOf = null, record = null, lastLook = null, comment = '' }: SignOffForm,
  names: Names,
  now: Instant,
): ModalView {
  const { rotation, digest } = state
  const warnings = warningLines(state, names)
  const first = packGroups([aboutLines(state, now)], { blocks: LIMITS.viewBlocks, bytes: VIEW_BUDGET }).blocks
  const alerts = pack([...warnings, ...rejectionLines(rotation, names)]).map((text) => alert('warning', text))
  const groups = [
    [summary(state, warnings.length === 0), ...rotation.steps.map((step) => stepLine(state, step, names))],
    versionLines(state, now),
    [...signedLines(rotation, names), ...changeLines(lastLook, names)],
  ]
  const { blocks } = packGroups(
    groups.filter((group) => group.length > 0),
    {
      blocks: LIMITS.viewBlocks - 2 - first.length - alerts.length,
      bytes: VIEW_BUDGET - jsonBytes([...first, ...alerts]),
    },
  )
  const framed: KnownBlock[] = [
    ...first,
    ...alerts,
    ...blocks,
    section([
      recordLine(state, record),
      `You sign it as *${ROLE_TITLES[role]}*${delegateOfWords(delegateOf, names)}. ${outcomeWords(state, role)}`,
    ]),
    textArea(INPUTS.comment, 'Comment', { optional: true, ...(comment && { initial: comment }) }),
  ]
  return modal(FORMS.signOff, `Sign off ${rotationLabel(rotation.id)}`, framed, {
    submit: `Sign as ${ROLE_TITLES[role]}`,
    metadata: viewMetadata(rotation.id, { role, digest }),
  })
}

function aboutLines({ rotation }: RotationState, now: Instant): string[] {
  const { tokens, reason, round } = rotation
  const again = round > 1 ? ` · sign-off round ${round}` : ''
  return [
    `*${headline(rotation, now)}* · ${plural(tokens.length, 'token')}${again}`,
    ...(reason.trim() ? [`Reason: ${brief(reason)}`] : []),
  ]
}

/** `✓ No exceptions · 14 checks passed · 2 statements confirmed by a person, 1 of them without evidence` */
function summary(state: RotationState, isClean: boolean): string {
  const checks = state.definitions.filter(({ step }) => step !== 'promotion')
  const passed = checks.filter(({ id }) => appearance(state, id) === 'passed').length
  const steps = state.rotation.steps.map((step) => ({
    people: confirmedByPerson(state, step),
    hasEvidence: (step.completion?.evidence ?? []).length > 0,
  }))
  const count = (some: typeof steps) => some.reduce((sum, { people }) => sum + people, 0)
  const all = count(steps)
  const unproven = count(steps.filter(({ hasEvidence }) => !hasEvidence))
  const without = unproven > 0 ? `, ${unproven === all ? '' : `${unproven} of them `}without evidence` : ''
  return [
    ...(isClean ? ['✓ *No exceptions*'] : []),
    passed === checks.length
      ? `✓ ${plural(passed, 'check')} passed`
      : `${passed} of ${plural(checks.length, 'check')} passed`,
    ...(all > 0 ? [`${plural(all, 'statement')} confirmed by a person${without}`] : []),
  ].join(' · ')
}

/** How many statements of a step rest on a person's word: no machine checked them, or not successfully. */
function confirmedByPerson(state: RotationState, step: Step): number {
  return wordedAttestations(step, state.runbook).filter(
    ({ id }) => decidedBy(step, id) === 'person' && verificationIn(state, step.id, id) !== 'verified',
  ).length
}

/** `✓ 1 Inventory review · 3 checks · operator, today 09:12` */
function stepLine(state: RotationState, step: Step, names: Names): string {
  const { number, title } = stepDefinition(step.id)
  const checks = definitionsOf(state, step.id)
  const passed = checks.filter(({ id }) => appearance(state, id) === 'passed').length
  const excepted = checks.filter(({ id }) => exceptionFor(state, id)).length
  const people = confirmedByPerson(state, step)
  const { completion } = step
  const stale = staleWords(state.rotation, step)
  return (
    [
      `${passed < checks.length || stale ? '⚠' : '✓'} *${number} ${title}*`,
      ...(checks.length > 0
        ? [
            passed === checks.length
              ? plural(passed, 'check')
              : `${passed} of ${plural(checks.length, 'check')}`,
          ]
        : []),
      ...(excepted > 0 ? [plural(excepted, 'exception')] : []),
      ...(people > 0 ? [`${people} by a person`] : []),
      ...(completion?.notes.trim() ? ['with notes'] : []),
      completion ? `${who(completion.by, names)}, ${when(completion.at)}` : 'not done',
    ].join(' · ') + stale
  )
}

function recordLine({ digest, permalink }: RotationState, record: RecordFiles | null): string {
  const files = [
    ...(record?.page ? [link(record.page, 'page to read')] : []),
    ...(record?.json ? [link(record.json, 'file that is signed')] : []),
  ]
  const thread = permalink ? link(permalink, 'the thread') : 'the thread'
  const where = files.length > 0 ? files.join(', ') : `files in ${thread}`
  return `*Full record:* ${where} · digest ${code(digest.slice(0, 8))}`
}
