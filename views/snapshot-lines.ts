import {
  type Attestation,
  decidedBy,
  type Verification,
  wordedAttestations,
} from '#domain/rotation/attestations'
import type { CheckDefinition } from '#domain/rotation/checks'
import {
  approvals,
  attemptOf,
  type Evidence,
  type Exception,
  latestRun,
  ROLE_TITLES,
  type Rotation,
  type RotationToken,
  type Run,
  type Step,
  stepOf,
} from '#domain/rotation/rotation'
import { stepDefinition } from '#domain/rotation/steps'
import { tokenLabel } from '#domain/tokens/scope'
import { breakGlassLines } from './break-glass.ts'
import {
  appearance,
  CHECK_WORDS,
  definitionsOf,
  isOverridden,
  linkLabel,
  resultOf,
  verificationIn,
} from './check-lines.ts'
import { deploymentLink, reviewerWords, startWords } from './found-runs.ts'
import { shortVersion } from './revocation-lines.ts'
import { rollbackLines } from './rollback.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, isLinkable, link, list, plural, quoteUntrusted } from './text.ts'
import { duration, millisBetween, sentenceOf, when } from './times.ts'
import {
  delegateOfWords,
  phaseName,
  RUN_STATES,
  runLink,
  runTitle,
  staleWords,
  stepName,
  TRIGGER_TITLES,
  tokensWords,
  who,
} from './words.ts'

/*
 * The sign-off snapshot as groups of lines. Nothing is shortened: a long text is quoted on separate lines, each of
 * which fits a section.
 */

/** Longer texts are quoted on separate lines, so that even fully escaped they fit a section. */
const INLINE_LENGTH = 400

/** Untrusted text after a label: on the same line if short, otherwise quoted below. */
function labelled(lead: string, text: string): string[] {
  const inline = [...text].length <= INLINE_LENGTH && !/[\r\n]/.test(text.trim())
  return inline ? [`${lead} ${escapeUntrusted(text, INLINE_LENGTH * 6)}`] : [lead, ...quoteUntrusted(text)]
}

/** All groups, deviations and exceptions first, then the steps in their order. */
export const snapshotLines = (state: RotationState, names: Names): string[][] =>
  [
    aboutLines(state.rotation, names),
    breakGlassLines(state, names),
    rollbackLines(state, names),
    deviationLines(state.rotation),
    exceptionLines(state.rotation, names),
    windowLines(state.rotation, names),
    rejectionLines(state.rotation, names),
    ...state.rotation.steps.map((step) => stepLines(state, step, names)),
    runLines(state.rotation, names),
    tokenLines(state.rotation),
    signedLines(state.rotation, names),
  ].filter((group) => group.length > 0)

function aboutLines(rotation: Rotation, names: Names): string[] {
  const { trigger, severity, tokens, ownerId, openedAt, round, reason } = rotation
  const kind = [TRIGGER_TITLES[trigger], severity].filter(Boolean).join(' ')
  const lead = `${tokensWords(tokens)} · ${kind} · owner ${who(ownerId, names)}`
  return [
    `${lead} · began ${when(openedAt)} · sign-off round ${round}`,
    ...(reason.trim() ? labelled('Reason:', reason) : []),
    ...(rotation.evidence.length > 0 ? ['Opened with:', ...rotation.evidence.flatMap(evidenceLines)] : []),
  ]
}

/** What was promoted before anybody had signed. */
function deviationLines({ deviations }: Rotation): string[] {
  if (deviations.length === 0) return []
  return [
    '⚠ *Deviation: deployed by others before both roles had signed*',
    ...deviations.map(
      (each) =>
        `⚠ *${escapeUntrusted(each.environment, 100)}* – deployed by ${escapeUntrusted(each.startedBy, 80)}, ${when(each.startedAt)}${deploymentLink(each)}`,
    ),
  ]
}

function exceptionLines({ exceptions }: Rotation, names: Names): string[] {
  if (exceptions.length === 0) return []
  return [
    `⚠ *${plural(exceptions.length, 'exception')}: failed checks overridden with a manual step*`,
    ...exceptions.flatMap((exception) => exceptionDetail(exception, names)),
  ]
}

/** Deployments of an incident that did not wait for their window. */
function windowLines({ runs }: Rotation, names: Names): string[] {
  const early = runs.filter((run) => run.windowReason !== null)
  if (early.length === 0) return []
  return [
    `⚠ *${plural(early.length, 'deployment')} while the window was closed*`,
    ...early.flatMap((run) =>
      labelled(
        `⚠ *${runTitle(run)}* – ${who(run.requestedBy, names)}, ${when(run.requestedAt)}:`,
        run.windowReason ?? '',
      ),
    ),
  ]
}

function exceptionDetail(exception: Exception, names: Names): string[] {
  const { step, title, what, commands, proof, by, at, doneAt, round } = exception
  const lead = `⚠ *${title}* (${phaseName(step)}) – ${who(by, names)}, ${when(at)}, round ${round}.`
  return [
    ...labelled(`${lead} Manual step${doneAt ? ` ${when(doneAt)}` : ''}:`, what),
    ...(commands.trim() ? ['Commands:', ...commands.trim().split(/\r?\n/).flatMap(commandLines)] : []),
    ...(proof.length > 0 ? ['Proof:', ...proof.flatMap(evidenceLines)] : ['No proof linked.']),
  ]
}

const commandLines = (line: string): string[] =>
  line.trim() === ''
    ? []
    : [...line].length > INLINE_LENGTH
      ? quoteUntrusted(line)
      : [code(line, INLINE_LENGTH * 6)]

function evidenceList(evidence: Evidence[]): string[] {
  const brief = evidence.every(
    ({ label, url }) => url && isLinkable(url) && url.length < 300 && label.length < 300,
  )
  if (!brief || evidence.length === 0 || evidence.length > 3) return evidence.flatMap(evidenceLines)
  return [
    `• ${evidence.map((each) => `${link(each.url ?? '', linkLabel(each))}${digestOf(each)}`).join(' · ')}`,
  ]
}

function evidenceLines(evidence: Evidence): string[] {
  const { label, url } = evidence
  if (!url) return labelled('•', label)
  const words = linkLabel(evidence)
  if (!isLinkable(url)) return [...labelled('•', words), ...quoteUntrusted(url)]
  const short = [...words].length <= 150 && !/[\r\n]/.test(words)
  return short
    ? [`• ${link(url, words, 900)}${digestOf(evidence)}`]
    : [`• ${link(url, 'link')}:`, ...quoteUntrusted(words)]
}

/** The address of a file or a log says nothing about the content. */
const digestOf = ({ file, excerpt, digest }: Evidence): string =>
  file || excerpt !== undefined ? `, SHA-256 ${code(digest.slice(0, 8))}` : ''

const withExcerpt = (evidence: Evidence): string[] => [
  ...evidenceLines(evidence),
  ...(evidence.excerpt === undefined ? [] : quoteUntrusted(evidence.excerpt)),
]

function rejectionLines({ signOffs, steps }: Rotation, names: Names): string[] {
  const last = signOffs.findLast((each) => each.decision === 'rejected')
  if (!last) return []
  const again = steps.filter((step) => step.completion && step.completion.at > last.at)
  return [
    ...labelled(
      `↩ *Rejected in round ${last.round}* by ${who(last.by, names)} (${ROLE_TITLES[last.role]}${delegateOfWords(last.delegateOf, names)}), ${when(last.at)}:`,
      last.comment,
    ),
    `Reopened: ${list(last.reopened.map(stepName))}. Completed again: ${list(again.map((step) => stepName(step.id))) || 'nothing'}.`,
  ]
}

/** One step: checks, attestations, evidence and notes. */
export function stepLines(state: RotationState, step: Step, names: Names): string[] {
  const { number, title } = stepDefinition(step.id)
  const checks = definitionsOf(state, step.id)
  const { completion } = step
  const outcome = completion ? `done by ${who(completion.by, names)}, ${when(completion.at)}` : 'not done'
  return [
    `*${number} ${title}* – ${outcome}${staleWords(state.rotation, step)}`,
    ...(checks.length === 0 ? ['· No machine checks in this step.'] : []),
    ...checks.flatMap((check) => checkLines(state, check)),
    ...wordedAttestations(step, state.runbook).map((each) => attestationLine(state, each, step)),
    ...(completion && completion.evidence.length > 0
      ? ['Evidence:', ...completion.evidence.flatMap(withExcerpt)]
      : []),
    ...(completion?.notes.trim() ? labelled('Notes:', completion.notes) : []),
  ]
}

function checkLines(state: RotationState, { id, title }: CheckDefinition): string[] {
  const { sign, word } = CHECK_WORDS[appearance(state, id)]
  const result = resultOf(state, id)
  const lead = `${sign} *${title}* – ${word}`
  if (!result) return [lead]
  return [
    ...labelled(`${lead}, ${when(result.finishedAt)}:`, result.sentence),
    ...(result.advice.trim() ? labelled('→', result.advice) : []),
    ...evidenceList(result.evidence),
  ]
}

function attestationLine(state: RotationState, { id, sentence }: Attestation, step: Step): string {
  const words = sentenceOf(sentence, INLINE_LENGTH * 6)
  const verification = verificationIn(state, step.id, id)
  const by = decidedBy(step, id)
  if (by === null) return `☐ ${words} – not confirmed`
  if (by === 'machine')
    return `✓ ${words} – verified by machine${verification === 'verified' ? '' : ' then; ⚠ its checks do not pass now'}`
  if (isOverridden(state, step.id, id))
    return `⚠ ${words} – not verified; a person went on although its checks did not pass`
  return `☑ ${words} – confirmed, ${confirmedWords(verification, (step.completion?.evidence.length ?? 0) > 0)}`
}

/** What machines and evidence say beside a person's word. */
function confirmedWords(verification: Verification, hasEvidence: boolean): string {
  if (verification === 'verified') return 'also verified by machine'
  if (verification === 'not-passed') return '⚠ the machine check did not pass'
  const part = verification === 'partly' ? 'verified by machine in part' : ''
  const proof = hasEvidence
    ? 'with evidence links'
    : part
      ? 'no evidence link'
      : 'not checked by a machine, no evidence link'
  return [part, hasEvidence ? proof : `⚠ ${proof}`].filter(Boolean).join(', ')
}

/** `Rotation workflow, attempt 2: failed (cancelled) · run 8812` */
export function runWords({ runs }: Pick<Rotation, 'runs'>, run: Run): string {
  const conclusion =
    run.conclusion && run.state === 'failed' && run.conclusion !== 'failure'
      ? ` (${escapeUntrusted(run.conclusion, 60)})`
      : ''
  const number = attemptOf(runs, run)
  const attempt = number > 1 ? `, attempt ${number}` : ''
  const whose = run.state === 'waiting' ? reviewerWords(run.approval?.reviewers ?? []) : ''
  return `${runTitle(run)}${attempt}: ${RUN_STATES[run.state]}${whose}${conclusion}${run.system === 'ci' ? ` · ${runLink(run)}` : ''}`
}

function runLines(rotation: Rotation, names: Names): string[] {
  if (rotation.runs.length === 0) return []
  return ['*Workflow runs*', ...rotation.runs.flatMap((run) => runDetail(rotation, run, names))]
}

function runDetail(rotation: Rotation, run: Run, names: Names): string[] {
  const { adopted, requestedBy, requestedAt, startedAt } = run
  const by = `by ${who(requestedBy, names)}, ${when(requestedAt)}`
  if (!adopted) return [`• ${runWords(rotation, run)} · started ${by}`]
  const lead = `• ⚠ ${runWords(rotation, run)} · not started by the bot: ${startWords({ ...adopted, startedAt })} · adopted ${by}:`
  return labelled(lead, adopted.reason)
}

function tokenLines(rotation: Rotation): string[] {
  const { tokens } = rotation
  const isBefore = !latestRun(rotation, 'rotate') && !stepOf(rotation, 'rotation-execution').completion
  const line = ({ previousVersionId, newVersionId }: RotationToken) => {
    if (newVersionId) return `${shortVersion(previousVersionId)} → ${shortVersion(newVersionId)}`
    return isBefore ? 'not rotated yet' : `${shortVersion(previousVersionId)} → ⚠ no new version`
  }
  return [
    '*Tokens*',
    ...tokens.map((token) => `• ${escapeUntrusted(tokenLabel(token), 180)}: ${line(token)}`),
  ]
}

function signedLines(rotation: Rotation, names: Names): string[] {
  const signed = approvals(rotation)
  if (signed.length === 0) return []
  const after = (at: string) => duration(millisBetween(rotation.openedAt, at))
  return [
    '*Signatures*',
    ...signed.flatMap(({ role, by, at, comment, digest, delegateOf }) => {
      const lead = `✓ ${ROLE_TITLES[role]}: ${who(by, names)}${delegateOfWords(delegateOf, names)}, ${when(at)}, ${after(at)} after the start, digest ${code(digest.slice(0, 8))}`
      return comment.trim() ? labelled(`${lead}:`, comment) : [lead]
    }),
  ]
}
