import {
  codeSpan,
  type DocumentBlock,
  heading,
  linkSpan,
  paragraph,
  type RichDocument,
  type Span,
  strong,
  text,
} from '#domain/ports/document'
import { decidedBy, wordedAttestations } from '#domain/rotation/attestations'
import type { ChainHead } from '#domain/rotation/event-chain'
import {
  approvals,
  attemptOf,
  type Evidence,
  type Exception,
  type Instant,
  ROLE_TITLES,
  type Rotation,
  type Run,
  type Step,
} from '#domain/rotation/rotation'
import { formatHead, type LogEvent, nameWithId } from '#domain/rotation/rotation-log'
import { stepDefinition } from '#domain/rotation/steps'
import { environmentsOf } from '#domain/tokens/scope'
import { appearance, CHECK_WORDS, definitionsOf, isOverridden, linkLabel, resultOf } from './check-lines.ts'
import type { Names, RotationState } from './state.ts'
import { clip, oneLine, plural, stripUnsafe } from './text.ts'
import { utc } from './times.ts'
import { phaseName, RUN_STATES, runTitle, shortName, TRIGGER_TITLES } from './words.ts'

const person = (id: string, names: Names): string => untrustedLine(nameWithId(id, names), LABEL)

/** The event in the comment's heading, after the rotation's name. */
const REPORTS: Record<LogEvent, string> = {
  'incident-opened': 'opened as an incident',
  rotated: 'has new versions of tokens that are deployed after the sign-offs',
  validated: 'validated',
  approved: 'approved by both roles',
  withdrawn: 'approval withdrawn, both roles sign again',
  'break-glass': 'break-glass: may be deployed before the sign-offs, a deviation from the runbook',
  promoted: 'promoted to an environment',
  completed: 'complete, old versions revoked',
  rejected: 'rejected, some steps reopened',
  'rolled-back': 'rolled back to the old versions',
  waived: 'let pass by an approver',
  aborted: 'aborted',
  restored: 'continued on a restored database',
  'key-changed': 'logged under another signing key',
}

/** Texts are clipped so that each block fits a comment; links are not. */
const TEXT = 1_500
const COMMANDS = 4_000
const LABEL = 150

const untrustedLine = (words: string, limit = TEXT): string => clip(oneLine(words), limit) || '–'
const row = (title: string, ...rest: Span[]): Span[] => [strong(`${title}:`), text(' '), ...rest]

/**
 * The ticket's report of a rotation: checks, confirmations and evidence links. The ticket system's writer escapes
 * untrusted text.
 *
 * @param head the event that caused it
 */
export function ticketComment(
  state: RotationState,
  names: Names,
  { event, at, head }: { event: LogEvent; at: Instant; head: ChainHead },
): RichDocument {
  const { rotation } = state
  return [
    heading(`${shortName(rotation)} ${REPORTS[event]}`),
    { kind: 'list', items: facts(rotation, names, at) },
    ...exceptions(rotation.exceptions, names),
    ...rotation.steps.flatMap((step) => stepBlocks(state, step, names)),
    ...runs(rotation.runs, names),
    ...decisions(rotation, names),
    heading('Record'),
    {
      kind: 'list',
      items: [
        ...(state.permalink ? [row('Card and thread', linkSpan(state.permalink, 'in Slack'))] : []),
        row('Position in the history', codeSpan(formatHead(head))),
      ],
    },
  ]
}

/** The line about the rotation log. @param url null while the entry is not committed */
export const logParagraph = (url: string | null): DocumentBlock =>
  paragraph(
    strong('Rotation log:'),
    text(' '),
    url ? linkSpan(url, 'entry') : text('the entry was not committed yet'),
  )

function facts(rotation: Rotation, names: Names, at: Instant): Span[][] {
  const { trigger, severity, ownerId, openedAt, reason, tokens } = rotation
  const inEnvironment = (environment: string) =>
    tokens.filter((token) => token.environment === environment).map((token) => token.agent)
  return [
    row('Trigger', text([TRIGGER_TITLES[trigger], severity].filter(Boolean).join(' '))),
    row('Owner', text(person(ownerId, names))),
    row('Began', text(`${utc(openedAt)}; reported ${utc(at)}`)),
    ...(reason.trim() ? [row('Reason', text(untrustedLine(reason)))] : []),
    ...environmentsOf(tokens).map((environment) => {
      const agents = inEnvironment(environment)
      const words = `${plural(agents.length, 'token')}: ${agents.join(', ')}`
      return row(untrustedLine(environment, LABEL), text(untrustedLine(words)))
    }),
  ]
}

const isHttpUrl = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '')

const evidenceSpan = (evidence: Evidence): Span => {
  const { url } = evidence
  const label = untrustedLine(linkLabel(evidence), url ? LABEL : TEXT)
  if (url && isHttpUrl(url)) return linkSpan(url, label)
  return text(url ? untrustedLine(`${label} ${url}`) : label)
}

const evidenceItems = (evidence: Evidence[]): Span[][] =>
  evidence.map((each) => [
    text('Evidence: '),
    evidenceSpan(each),
    ...(each.file || each.excerpt !== undefined ? [text(` SHA-256 ${each.digest}`)] : []),
  ])

function stepBlocks(state: RotationState, step: Step, names: Names): RichDocument {
  const { number, title } = stepDefinition(step.id)
  const { completion } = step
  const who = completion ? `done by ${person(completion.by, names)}, ${utc(completion.at)}` : 'not done'
  const items = [
    ...definitionsOf(state, step.id).flatMap((check) => {
      const { sign, word } = CHECK_WORDS[appearance(state, check.id)]
      const result = resultOf(state, check.id)
      const lead = row(`${sign} ${check.title}`, text(result ? `${word}, ${utc(result.finishedAt)}. ` : word))
      if (!result) return [lead]
      return [[...lead, text(untrustedLine(result.sentence))], ...evidenceItems(result.evidence)]
    }),
    ...wordedAttestations(step, state.runbook).map(({ id, sentence }): Span[] => {
      const words = untrustedLine(sentence)
      const by = decidedBy(step, id)
      if (by === null) return [text(`☐ not confirmed: ${words}`)]
      const lead =
        by === 'machine'
          ? '✓ verified by machine'
          : isOverridden(state, step.id, id)
            ? '⚠ not verified, overridden by a person'
            : '☑ confirmed by a person'
      return [text(`${lead}: ${words}`)]
    }),
    ...evidenceItems(completion?.evidence ?? []),
    ...(completion?.notes.trim() ? [row('Notes', text(untrustedLine(completion.notes, COMMANDS)))] : []),
  ]
  return [heading(`${number} ${title}: ${who}`), { kind: 'list', items }]
}

function exceptions(all: Exception[], names: Names): RichDocument {
  if (all.length === 0) return []
  return [
    heading(`⚠ ${plural(all.length, 'exception')}: failed checks overridden with a manual step`),
    ...all.flatMap(({ step, title, what, commands, proof, by, at }): RichDocument => {
      const who = `${phaseName(step)}, ${person(by, names)}, ${utc(at)}`
      const proofs = proof.length > 0 ? evidenceItems(proof) : [[text('No proof linked.')]]
      return [
        paragraph(strong(`${title} (${who}):`), text(' '), text(untrustedLine(what, COMMANDS))),
        ...(commands.trim()
          ? [{ kind: 'code', text: clip(stripUnsafe(commands).trim(), COMMANDS) } as const]
          : []),
        { kind: 'list', items: proofs },
      ]
    }),
  ]
}

function runs(all: Run[], names: Names): RichDocument {
  if (all.length === 0) return []
  const item = (run: Run): Span[] => {
    const number = attemptOf(all, run)
    const attempt = number > 1 ? `, attempt ${number}` : ''
    const ended = run.state === 'failed' && run.conclusion ? ` (${untrustedLine(run.conclusion, 60)})` : ''
    const early = run.windowReason
      ? ` while the window was closed (${untrustedLine(run.windowReason, LABEL)})`
      : ''
    const words = `${RUN_STATES[run.state]}${ended}, started by ${person(run.requestedBy, names)}${early} · `
    const name = run.runId === null ? 'the run' : `run ${run.runId}`
    const target = run.url && isHttpUrl(run.url) ? linkSpan(run.url, name) : text(name)
    return row(`${runTitle(run)}${attempt}`, text(words), target)
  }
  return [heading('Workflow runs'), { kind: 'list', items: all.map(item) }]
}

/** Signatures, rejections, and the reason of an abort. */
function decisions(rotation: Rotation, names: Names): RichDocument {
  const rejected = rotation.signOffs.filter((each) => each.decision === 'rejected')
  const items = [...rejected, ...approvals(rotation)].map((each) => {
    const { role, decision, by, at, comment, digest, delegateOf } = each
    const asDelegate = delegateOf ? ` as delegate of ${person(delegateOf, names)}` : ''
    const words = `${decision} by ${person(by, names)}${asDelegate}, ${utc(at)}, digest ${digest.slice(0, 8)}`
    return row(ROLE_TITLES[role], text(comment.trim() ? `${words}: ${untrustedLine(comment)}` : words))
  })
  if (rotation.status === 'aborted')
    items.push(row('Aborted', text(untrustedLine(rotation.closedReason ?? ''))))
  return items.length > 0 ? [heading('Decisions'), { kind: 'list', items }] : []
}
