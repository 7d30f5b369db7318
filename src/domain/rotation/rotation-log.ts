import { compareRecorded, environmentsOf, tokenLabel } from '#domain/tokens/scope'
import type { DeclaredGap } from './declared-gap.ts'
import type { ChainHead } from './event-chain.ts'
import { BOT_ACTOR } from './events.ts'
import { type KeyChange, keyChangeText } from './key-change.ts'
import { cellText, escapeCell, escapeWithLinks } from './markdown-table.ts'
import {
  approvals,
  type Evidence,
  type Instant,
  type Rotation,
  rotationLabel,
  type SignOff,
} from './rotation.ts'
import type { RecordedWaiver } from './waiver.ts'

/** What the log records. A table, so that others can tell an event from a word written by hand. */
export const LOG_EVENTS = [
  'incident-opened',
  'rotated',
  'validated',
  'approved',
  'rejected',
  'withdrawn',
  'break-glass',
  'promoted',
  'completed',
  'rolled-back',
  'waived',
  'aborted',
  'restored',
  'key-changed',
] as const
export type LogEvent = (typeof LOG_EVENTS)[number]

/** A row without what depends on the file: its number and its seal. */
export interface LogEntry {
  at: Instant
  /** `R42`; empty where the event belongs to no rotation. */
  rotation: string
  event: LogEvent
  /** Empty where the event belongs to no rotation. */
  trigger: string
  owner: string
  environments: string[]
  tokens: string[]
  signOffs: string
  evidence: string
  head: ChainHead
  /** SHA-256 of the sign-off snapshot that was decided on; null for other events. */
  digest: string | null
}

/** The columns that the first versions wrote. */
export const EARLIER_COLUMNS = [
  'date (UTC)',
  'rotation',
  'event',
  'trigger',
  'owner',
  'environments',
  'tokens',
  'sign-offs',
  'evidence',
  'head',
] as const

/** The columns that a table of the first versions lacks. */
export const ADDED_COLUMNS = ['digest', 'row', 'seal'] as const

export const COLUMNS = [...EARLIER_COLUMNS, ...ADDED_COLUMNS] as const
export type Column = (typeof COLUMNS)[number]

export const EMPTY = '–'

export const formatHead = (head: ChainHead): string => `${head.count}:${head.hash}`

/** Null for any other text. */
export function parseHead(text: string): ChainHead | null {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  return match ? { count: Number(match[1]), hash: match[2] ?? '' } : null
}

/** What an entry says in each column, escaped; its number and seal are given by the file. */
export const entryCells = (entry: LogEntry): Record<Exclude<Column, 'row' | 'seal'>, string> => {
  const cell = (text: string) => escapeCell(text) || EMPTY
  return {
    'date (UTC)': cell(entry.at.slice(0, 16).replace('T', ' ')),
    rotation: cell(entry.rotation),
    event: cell(entry.event),
    trigger: cell(entry.trigger),
    owner: cell(entry.owner),
    environments: cell(entry.environments.join(', ')),
    tokens: cell(entry.tokens.join(', ')),
    'sign-offs': cell(entry.signOffs),
    evidence: escapeWithLinks(entry.evidence) || EMPTY,
    head: cell(formatHead(entry.head)),
    digest: cell(entry.digest ?? ''),
  }
}

/** Where a row says something else than the entry. @param cells texts by lower-case column name */
export const differingCells = (
  entry: LogEntry,
  cells: ReadonlyMap<string, string>,
): { column: string; is: string; was: string }[] =>
  Object.entries(entryCells(entry)).flatMap(([column, source]) => {
    const was = cellText(source)
    // A table that was not widened yet has no digest.
    const is = cells.get(column.toLowerCase()) ?? (column === 'digest' ? EMPTY : '')
    return is === was ? [] : [{ column, is, was }]
  })

/** `name (U…)`, as every record names people, because names change. The name cannot imitate another person's id or another signature. */
export const nameWithId = (userId: string, names: (userId: string) => string): string =>
  userId === BOT_ACTOR
    ? names(userId)
    : `${names(userId).replaceAll('(', '[').replaceAll(')', ']').replaceAll(';', ',')} (${userId})`

const signOffText = (
  { role, by, decision, delegateOf }: SignOff,
  names: (userId: string) => string,
): string =>
  `${role}: ${nameWithId(by, names)}${delegateOf ? ` as delegate of ${nameWithId(delegateOf, names)}` : ''} ${decision}`

/** What an entry says beyond the rotation's state. */
export interface LogDetails {
  /** The one environment that the event is about; all of the rotation's where it is left out. */
  environment?: string
  /** Put before the rotation's evidence, such as a reason. */
  note?: string
  /** Until when the promotion gate lets the environments pass; put first, so that no text that a person typed can say so. */
  until?: Instant
  /** Put before the sign-offs, such as who acknowledged. */
  acknowledged?: { by: string; as: string }
}

/** The entry of an event of a rotation, from its state after the event. */
export function logEntry(
  rotation: Rotation,
  event: LogEvent,
  at: Instant,
  head: ChainHead,
  names: (userId: string) => string,
  { environment, note, until, acknowledged }: LogDetails = {},
): LogEntry {
  const signed =
    event === 'rejected' || event === 'withdrawn'
      ? rotation.signOffs.slice(-1).filter(({ decision }) => decision !== 'approved')
      : approvals(rotation)
  const tokens = rotation.tokens
    .filter((token) => environment === undefined || token.environment === environment)
    .sort(compareRecorded)
  return {
    at,
    rotation: rotationLabel(rotation.id),
    event,
    trigger: rotation.trigger,
    owner: nameWithId(rotation.ownerId, names),
    environments: environmentsOf(tokens),
    tokens: tokens.map(tokenLabel),
    evidence: [...(until ? [`until ${until}`] : []), ...(note ? [note] : []), ...evidenceOf(rotation)].join(
      ' ',
    ),
    signOffs: [
      ...(acknowledged ? [`${acknowledged.as}: ${nameWithId(acknowledged.by, names)} acknowledged`] : []),
      ...signed.map((each) => signOffText(each, names)),
    ].join('; '),
    head,
    digest: event === 'approved' || event === 'rejected' ? (signed.at(-1)?.digest ?? null) : null,
  }
}

const WITHOUT_ROTATION = {
  rotation: '',
  trigger: '',
  owner: '',
  environments: [],
  tokens: [],
  signOffs: '',
  digest: null,
}

/** The entry of a changed key, which names both, so that either is enough to verify the whole log. */
export const keyChangedEntry = (change: KeyChange, at: Instant, head: ChainHead): LogEntry => ({
  ...WITHOUT_ROTATION,
  at,
  event: 'key-changed',
  evidence: keyChangeText(change),
  head,
})

/** The entry of a waiver: it opens the environment for what is above it. */
export const waivedEntry = (
  { environment, until, reason, by, role, delegateOf, at }: RecordedWaiver,
  head: ChainHead,
  names: (userId: string) => string,
): LogEntry => ({
  ...WITHOUT_ROTATION,
  at,
  event: 'waived',
  owner: nameWithId(by, names),
  environments: [environment],
  signOffs: `${role}: ${nameWithId(by, names)}${delegateOf ? ` as delegate of ${nameWithId(delegateOf, names)}` : ''} waived`,
  evidence: `until ${until} ${reason}`,
  head,
})

/** The entry of a restored database, which belongs to no rotation. */
export const restoredEntry = (
  { reason, rows, cards, throughHead, throughRotation }: DeclaredGap,
  by: string,
  at: Instant,
  head: ChainHead,
): LogEntry => ({
  ...WITHOUT_ROTATION,
  at,
  event: 'restored',
  owner: by,
  evidence: `${reason} (unknown: ${rows} rows${throughHead ? ` up to ${throughHead.slice(0, 24)}` : ''}, ${cards} cards; numbers go on above R${throughRotation})`,
  head,
})

/** Files and quoted lines with their digest, because an address says nothing about the content. */
const evidenceText = ({ url, label, digest, file, excerpt }: Evidence): string =>
  file || excerpt !== undefined ? `${url ?? label} sha256:${digest}` : (url ?? label)

function evidenceOf(rotation: Rotation): string[] {
  const links = rotation.steps.flatMap((step) => step.completion?.evidence.map(evidenceText) ?? [])
  const manual = rotation.exceptions.length
  return [
    ...(rotation.trigger === 'chaos-drill' ? ['DRILL'] : []),
    ...(manual > 0 ? [`${manual} manual ${manual === 1 ? 'step' : 'steps'}`] : []),
    ...rotation.evidence.flatMap((each) => each.url ?? []),
    ...rotation.runs.flatMap((run) => run.url ?? []),
    ...links,
    ...rotation.exceptions.flatMap((each) => each.proof.flatMap((link) => link.url ?? [])),
  ]
}
