import { RECORDED, type RecordedTable, recordDigest } from '#domain/rotation/record-digests'
import { isClosed, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { type RecordedResult, type Replay, type Replayed, signOffWords, versionKey } from './replay.ts'
import type { Tampering } from './tampering.ts'

/** What the tables hold beside the rotation. */
export interface StoredRows {
  /** How many rows the table of steps has, and how many tokens are marked as taken. */
  steps: number
  takenTokens: number
  results: RecordedResult[]
  /** Results that no decision rests on were removed, long after it was closed. */
  pruned: boolean
}

const TABLE_NAMES: Record<RecordedTable, string> = {
  rotations: 'rotations',
  tokens: 'tokens',
  steps: 'steps',
  signOffs: 'sign_offs',
  exceptions: 'exceptions',
  runs: 'runs',
}

/** Compares what the tables hold of a rotation with what the history says. */
export function compareRotation(
  rotation: Rotation,
  stored: StoredRows,
  replayed: Replayed | undefined,
): Tampering[] {
  const label = rotationLabel(rotation.id)
  if (!replayed?.opened)
    return [
      {
        place: `rotations, ${label}`,
        sentence: `No event opened ${label}: it was inserted by hand, or its events were removed`,
      },
    ]
  return [
    ...RECORDED.flatMap((table) => compareTable(table, rotation, replayed)),
    ...compareSteps(rotation, stored),
    ...compareTaken(rotation, stored),
    ...compareResults(label, stored, replayed.results),
  ]
}

function compareTable(table: RecordedTable, rotation: Rotation, { record, signOffs }: Replayed): Tampering[] {
  const expected = record[table]
  const place = `${TABLE_NAMES[table]} of ${rotationLabel(rotation.id)}`
  if (!expected) return []
  const isOtherwise = table === 'signOffs' && !isAsRecorded(rotation, signOffs)
  if (recordDigest(table, rotation) === expected.digest && !isOtherwise) return []
  const { count, type, at } = expected.event
  const detail = table === 'signOffs' ? signOffDetail(rotation, signOffs) : DETAILS[table]
  return [
    {
      place,
      sentence: `${detail} It is not what event ${count} (${type}, ${at}) recorded: a row was changed, inserted, removed or swapped`,
    },
  ]
}

const DETAILS: Record<Exclude<RecordedTable, 'signOffs'>, string> = {
  rotations: 'The state, the owner, the trigger or the promotion of the rotation differs.',
  tokens: 'The tokens in scope or their versions differ.',
  steps: 'Who completed a step, or what was confirmed, differs.',
  exceptions: 'An overridden check differs.',
  runs: 'A workflow run differs.',
}

const signOffsOf = (rotation: Rotation): string[] =>
  rotation.signOffs.map(({ role, decision, by, at }) => signOffWords(role, decision, by, at))

/** Also where an event was rewritten with its digest left as it was. */
const isAsRecorded = (rotation: Rotation, recorded: string[]): boolean =>
  recorded.join() === signOffsOf(rotation).join()

function signOffDetail(rotation: Rotation, recorded: string[]): string {
  const stored = signOffsOf(rotation)
  const added = stored.filter((each) => !recorded.includes(each))
  const missing = recorded.filter((each) => !stored.includes(each))
  return [
    ...added.map((each) => `No event recorded “${each}”.`),
    ...missing.map((each) => `“${each}” is in the history, not in the table.`),
    ...(added.length + missing.length === 0
      ? ['A comment, a digest or the order of the decisions differs.']
      : []),
  ].join(' ')
}

/** Rows that the rotation cannot hold, such as of a step that does not exist. */
const compareSteps = ({ id, steps }: Rotation, { steps: rows }: StoredRows): Tampering[] =>
  rows === steps.length
    ? []
    : [
        {
          place: `steps of ${rotationLabel(id)}`,
          sentence: `There are ${rows} rows for ${steps.length} steps: one was inserted or removed`,
        },
      ]

const compareTaken = (rotation: Rotation, { takenTokens }: StoredRows): Tampering[] =>
  takenTokens === (isClosed(rotation) ? 0 : rotation.tokens.length)
    ? []
    : [
        {
          place: `tokens of ${rotationLabel(rotation.id)}`,
          sentence: `${takenTokens} of ${rotation.tokens.length} tokens are marked as taken, and the rotation is ${rotation.status}: another rotation could ${isClosed(rotation) ? 'not take them' : 'take them meanwhile'}`,
        },
      ]

const resultWords = ({ check, state, title, sentence }: RecordedResult): string =>
  JSON.stringify([check, state, title, sentence])

/** Each stored result must be recorded, and the newest of each check must be stored; others may be pruned. */
function compareResults(
  label: string,
  { results: stored, pruned }: StoredRows,
  recorded: RecordedResult[],
): Tampering[] {
  const place = `checks of ${label}`
  const left = countOf(recorded.map(resultWords))
  const added = stored.filter((result) => {
    const words = resultWords(result)
    const count = left.get(words) ?? 0
    left.set(words, count - 1)
    return count <= 0
  })
  const newest = new Map(recorded.map((result) => [result.check, result]))
  const newestStored = new Map(stored.map((result) => [result.check, result]))
  const missing = [...newest.values()].filter((result) => {
    if (pruned) return false
    const own = newestStored.get(result.check)
    return own === undefined || resultWords(own) !== resultWords(result) || !isSame(own, result)
  })
  const said = Map.groupBy(recorded, resultWords)
  const otherwise = stored.filter((result) => {
    const same = said.get(resultWords(result)) ?? []
    return same.length > 0 && !same.some((each) => isSame(result, each))
  })
  return [
    ...added.map(({ check, state }) => ({
      place,
      sentence: `No event recorded that ${check} ${state}: the result was changed or inserted`,
    })),
    ...otherwise.map(({ check, state }) => ({
      place,
      sentence: `The evidence, the advice or the times of ${check}, ${state}, are not those that an event recorded: they were changed or swapped`,
    })),
    ...missing.map(({ check, state }) => ({
      place,
      sentence: `The newest result of ${check}, ${state}, is in the history, not in the table: it was removed, changed or swapped`,
    })),
  ]
}

/** Also in evidence, advice and times, where the event says so. */
const isSame = (stored: RecordedResult, recorded: RecordedResult): boolean =>
  recorded.digest === undefined || recorded.digest === stored.digest

const countOf = (words: string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Compares the ends of old versions with the events, over all rotations: one may take over another's. */
export function compareRevocations(
  rows: { rotationId: number; secret: string; versionId: string; state: string }[],
  { revoked }: Pick<Replay, 'revoked'>,
): Tampering[] {
  const stored = Map.groupBy(rows, versionKey)
  const madeUp = rows.filter(
    ({ state, ...row }) =>
      (state === 'proven' || state === 'recorded') && revoked.get(versionKey(row))?.state !== state,
  )
  const lost = [...revoked].filter(([key, { state }]) => !stored.get(key)?.some((row) => row.state === state))
  return [
    ...madeUp.map(({ rotationId, secret, versionId, state }) => ({
      place: `revocations of ${rotationLabel(rotationId)}`,
      sentence: `No event says that version ${versionId} of ${secret} is ${state}: its end is made up`,
    })),
    ...lost.map(([key, { state, event }]) => ({
      place: 'revocations',
      sentence: `Event ${event} says that ${key.replace(' ', ' version ')} is ${state}, and the table does not: the row was changed or removed`,
    })),
  ]
}

/** Compares the calls to on-call with the events. */
export function compareEscalations(
  rows: {
    id: number
    rotationId: number | null
    reason: string
    acknowledgedBy: string | null
    resolvedReason: string | null
  }[],
  { rotations, acknowledged, resolved }: Replay,
): Tampering[] {
  const known = new Map(rows.map((row) => [row.id, row]))
  const missing = [...acknowledged.keys(), ...resolved.keys()].filter((id) => !known.has(id))
  return [
    ...[...new Set(missing)].map((id) => ({
      place: `escalation ${id}`,
      sentence: 'It is in the history, not in the table: it was removed',
    })),
    ...rows.flatMap((row) => {
      // Calls about tokens that no rotation holds have no event.
      if (row.rotationId === null) return []
      const place = `escalation ${row.id} of ${rotationLabel(row.rotationId)}`
      const said = (value: string | undefined, own: string | null) => own === null || value === own
      return [
        ...(said(acknowledged.get(row.id), row.acknowledgedBy)
          ? []
          : [{ place, sentence: `No event says that ${row.acknowledgedBy} acknowledged it` }]),
        ...(said(resolved.get(row.id), row.resolvedReason)
          ? []
          : [{ place, sentence: `No event says that it was resolved (“${row.resolvedReason}”)` }]),
        ...((acknowledged.has(row.id) && row.acknowledgedBy === null) ||
        (resolved.has(row.id) && row.resolvedReason === null)
          ? [{ place, sentence: 'It was acknowledged or resolved by the history, and is open in the table' }]
          : []),
        ...([...rotations.values()].some(({ escalated }) => escalated.includes(row.reason))
          ? []
          : [{ place, sentence: `No event called on-call for “${row.reason}”: it was changed or inserted` }]),
      ]
    }),
  ]
}
