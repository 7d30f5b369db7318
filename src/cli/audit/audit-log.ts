import { findDeclaredGap } from '#db/own-records'
import { findHashes } from '#db/queries/events'
import type { Db } from '#db/schema'
import { compareLog, entryKey, type LogFacts } from '#domain/audit/compare-log'
import type { Tampering } from '#domain/audit/tampering'
import type { RotationEvent } from '#domain/rotation/events'
import { LogBroken, type LogRow, readLogRows } from '#domain/rotation/log-file'
import { formatHead, type LogEntry } from '#domain/rotation/rotation-log'
import type { LogPlace } from '#domain/rotation/seal'
import { judgeRows, LogUnreadable, readKeys, readRows } from '../../../gate/rotation-gate.mjs'

/** The rows of a log; none, and what was broken, where its table cannot be read. */
export function readRowsOf(text: string | null): { rows: LogRow[]; tampering: Tampering[] } {
  try {
    return { rows: readLogRows(text ?? ''), tampering: [] }
  } catch (error) {
    if (!(error instanceof LogBroken)) throw error
    return { rows: [], tampering: [{ place: 'log', sentence: error.problem }] }
  }
}

/** Compares the rows with the history. */
export async function auditLog(
  db: Db,
  rows: LogRow[],
  events: readonly RotationEvent[],
): Promise<Tampering[]> {
  const hashes = await findHashes(
    db,
    rows.flatMap(({ head }) => head?.count ?? []),
  )
  const declared = (await findDeclaredGap(db))?.throughHead
  return compareLog({
    rows,
    events,
    hashOf: (count) => hashes.get(count),
    entries: await findEntries(db),
    declaredThrough: declared
      ? rows.findLastIndex(({ head }) => head !== null && formatHead(head) === declared) + 1
      : 0,
  })
}

async function findEntries(db: Db): Promise<LogFacts['entries']> {
  const jobs = await db
    .selectFrom('outboxJobs')
    .select(['payloadJson', 'doneAt'])
    .where('kind', '=', 'log-entry')
    .orderBy('id')
    .execute()
  return new Map(
    jobs.map(({ payloadJson, doneAt }) => {
      const entry = JSON.parse(payloadJson) as LogEntry
      return [entryKey(entry.event, entry.head), { entry, delivered: doneAt !== null }]
    }),
  )
}

/** The commits that the bot made, oldest first. */
export async function findOwnCommits(db: Db): Promise<string[]> {
  const jobs = await db
    .selectFrom('outboxJobs')
    .select('resultJson')
    .where('kind', '=', 'log-entry')
    .where('doneAt', 'is not', null)
    .orderBy('id')
    .execute()
  return jobs.flatMap(({ resultJson }) => /\b[0-9a-f]{40}\b/.exec(resultJson ?? '')?.[0] ?? [])
}

/** None where the table is broken, which `readRowsOf` reports. */
function readableRows(text: string) {
  try {
    return readRows(text)
  } catch (error) {
    if (error instanceof LogUnreadable) return []
    throw error
  }
}

function keysIn(publicKey: string) {
  try {
    return readKeys(publicKey)
  } catch (error) {
    if (error instanceof LogUnreadable) return null
    throw error
  }
}

/** What speaks against the seals. @param publicKey PEM; null without a key */
export function auditSeals(
  text: string,
  place: LogPlace,
  publicKey: string | null,
): { tampering: Tampering[]; unreadable: string[] } {
  const rows = readableRows(text)
  if (!rows.some(({ seals }) => seals === null || seals.length > 0)) return { tampering: [], unreadable: [] }
  if (publicKey === null)
    return {
      tampering: [],
      unreadable: [
        'The seals of the log cannot be verified: neither ROTATION_SIGNING_KEY nor a public key is there',
      ],
    }
  const keys = keysIn(publicKey)
  if (keys === null)
    return { tampering: [], unreadable: ['The public key of the log is no Ed25519 public key in PEM'] }
  const { faults, unknown } = judgeRows(rows, place, keys)
  return {
    tampering: [...faults, ...unknown].map((sentence) => ({ place: 'seals of the log', sentence })),
    unreadable: [],
  }
}
