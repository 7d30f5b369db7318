import { describe, expect, it } from 'vitest'
import type { CheckInput } from '#checks/check'
import { logAppended } from '#checks/log-appended'
import type { RecordGap } from '#domain/rotation/compare-records'
import { chain, findChainBreak, GENESIS } from '#domain/rotation/event-chain'
import type { EventData, NewEvent, RotationEvent } from '#domain/rotation/events'
import { appendEntry } from '#domain/rotation/log-file'
import { formatHead, type LogEntry } from '#domain/rotation/rotation-log'
import type { StepId } from '#domain/rotation/steps'
import { NotReadable } from '#domain/tokens/secret'
import { aCheckInput } from '#test/support/check-input'
import { aLogEntry } from '#test/support/log-entry-builder'
import { aToken, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const completed = (step: StepId, at = 70, rotationId = 42): NewEvent => {
  const data: EventData['step-completed'] = { step, attestations: [], evidence: [], notes: '', checks: [] }
  return { type: 'step-completed', rotationId, actor: OPERATOR, at: minutesIn(at), data }
}

const escalated = (at: number): NewEvent => ({
  type: 'escalated',
  rotationId: 42,
  actor: OPERATOR,
  at: minutesIn(at),
  data: { reason: '' },
})

const history = (...events: NewEvent[]): RotationEvent[] => chain(GENESIS, events)

/** Step 4 is the third event. */
const HISTORY = history(
  completed('inventory-review', 10),
  completed('rotation-execution', 40),
  completed('integration-verification', 70),
)
/** Reopened by a rejection and completed again as the fifth. */
const REDONE = history(...HISTORY, escalated(80), completed('integration-verification', 90))

const headAt = (events: RotationEvent[], count: number) => {
  const event = events[count - 1]
  if (!event) throw new Error(`no event ${count}`)
  return { count, hash: event.hash }
}

const anEntry = (parts: Partial<LogEntry> = {}): LogEntry =>
  aLogEntry({
    at: minutesIn(70),
    owner: 'operator',
    tokens: ['evaluator/production', 'evaluator/staging'],
    head: headAt(HISTORY, 3),
    ...parts,
  })

const log = (...entries: Partial<LogEntry>[]): string =>
  entries.reduce<string | null>((file, parts) => appendEntry(file, anEntry(parts)), null) ?? '# Log\n'

const tokens = ['staging', 'production'].map((environment) => aToken({ agent: 'evaluator', environment }))

/** What the bot wrote: an entry for each completion of step 4. */
const enqueued = (events: RotationEvent[]): LogEntry[] =>
  events
    .filter(
      (event) =>
        event.rotationId === 42 &&
        event.type === 'step-completed' &&
        event.data.step === 'integration-verification',
    )
    .map(({ count, hash }) => anEntry({ head: { count, hash } }))

/** A rejection, also written by the bot. */
const REJECTED: Partial<LogEntry> = { event: 'rejected', owner: '', head: headAt(REDONE, 4) }

const verdictOn = (
  text: string | null,
  events = HISTORY,
  entries = enqueued(events),
  gaps: Awaited<ReturnType<CheckInput['readGaps']>> = { declared: null, open: null },
) =>
  logAppended.run(
    aCheckInput({
      rotation: { tokens },
      readLog: async () => (text === null ? null : { text, url: 'https://github.example/log.md' }),
      readPendingEntries: async () => entries,
      readGaps: async () => gaps,
      readHistory: async () => events.filter((event) => event.rotationId === 42),
      findHistoryProblem: async (witnesses) => findChainBreak(events, witnesses),
    }),
  )

describe('the log entry is committed', () => {
  it.each<[string, string, RotationEvent[], LogEntry[]?]>([
    ['the row is in the table', log({}), HISTORY],
    ['its file has the line ends of Windows', log({}).replaceAll('\n', '\r\n'), HISTORY],
    ['something happened since', log({}), history(...HISTORY, escalated(80))],
    [
      'other decisions are beside it',
      log({}, REJECTED),
      HISTORY.concat(REDONE.slice(3, 4)),
      [anEntry(REJECTED)],
    ],
    ['step 4 was done again and has its second row', log({}, { head: headAt(REDONE, 5) }), REDONE],
    [
      'another rotation’s row is not in this history',
      log({ rotation: 'R41', head: { count: 99, hash: 'ab'.repeat(32) } }, {}),
      HISTORY,
    ],
  ])('when %s', async (_, text, events, others = []) => {
    expect(await verdictOn(text, events, [...enqueued(events), ...others])).toMatchObject({
      state: 'passed',
      sentence: expect.stringMatching(/^Entry of 2026-11-23 10:12 UTC: operator, production, staging$/),
      evidence: [{ url: 'https://github.example/log.md' }],
    })
  })

  it.each<[string, string | null, RotationEvent[], string]>([
    ['there is no file', null, HISTORY, 'The rotation log is not in the repository yet'],
    ['there is no row', log(), HISTORY, 'The log has no entry “validated” for R42 yet'],
    [
      'the row is another rotation’s',
      log({ rotation: 'R421' }),
      HISTORY,
      'The log has no entry “validated” for R42 yet',
    ],
    ['the row is of another decision', log({ event: 'rejected' }), HISTORY, 'no entry “validated”'],
    ['step 4 was done again since', log({}), REDONE, 'no entry “validated”'],
    ['step 4 was never done', log({ head: headAt(HISTORY, 2) }), HISTORY.slice(0, 2), 'no entry “validated”'],
    [
      'it was written by hand, with a hash of its own',
      log({ head: { count: 3, hash: 'ab'.repeat(32) } }),
      HISTORY,
      'The log and the bot’s history disagree: event 3 differs from its witness',
    ],
    [
      'it was written by hand, for an event to come',
      log({ head: { count: 9, hash: 'ab'.repeat(32) } }),
      HISTORY,
      'the history ends at event 3, but event 9 was witnessed',
    ],
    [
      'an older row of it was changed',
      log({ event: 'incident-opened', head: { count: 1, hash: 'cd'.repeat(32) } }, {}),
      HISTORY,
      'event 1 differs from its witness',
    ],
    [
      'the history was changed',
      log({}),
      HISTORY.map((event) => (event.count === 2 ? { ...event, actor: 'U0BYSTANDER' } : event)),
      'event 2 was altered',
    ],
    ['the history lacks an event', log({}), HISTORY.toSpliced(1, 1), 'event 2 is missing'],
    ['the history was cut', log({}), HISTORY.slice(0, 2), 'the history ends at event 2'],
    [
      'an environment was taken out',
      log({ environments: ['production'] }),
      HISTORY,
      'its environments is “production”, not “production, staging”',
    ],
    [
      'an environment was put in',
      log({ environments: ['production', 'staging', 'sandbox'] }),
      HISTORY,
      'not “production, staging”',
    ],
    ['nobody owns it', log({ owner: '' }), HISTORY, 'its owner is “–”, not “operator”'],
    ['its owner is another', log({ owner: 'somebody' }), HISTORY, 'its owner is “somebody”, not “operator”'],
    ['a token was put in', log({ tokens: ['evaluator/sandbox'] }), HISTORY, 'its tokens is'],
    ['its owner was taken out', log({}).replace('| operator |', '|  |'), HISTORY, 'its owner is “”'],
    [
      'its date was taken out',
      log({}).replace('| 2026-11-23 10:12 |', '|  |'),
      HISTORY,
      'its date (UTC) is “”',
    ],
  ])('not when %s', async (_, text, events, words) => {
    const verdict = await verdictOn(text, events)
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringMatching(/\S/) })
    expect(verdict.sentence).toContain(words)
  })

  it('names the restored database while nobody has declared what it lacks, and accepts that afterwards', async () => {
    const lost = { event: 'incident-opened' as const, head: { count: 99, hash: 'ab'.repeat(32) } }
    const text = log(lost, {})
    const seen = (await verdictOn(text)).sentence
    expect(seen).toContain('event 99 was witnessed')
    const row = { place: 1, rotation: 'R42', ...lost }
    const open: RecordGap = { cause: 'older', rows: [row], cards: 0, highest: 42 }
    expect(await verdictOn(text, HISTORY, enqueued(HISTORY), { declared: null, open })).toMatchObject({
      state: 'failed',
      sentence:
        'The database does not know row 1 of the rotation log (the newest “incident-opened” of R42). It was restored from an older backup',
      advice: expect.stringContaining('rotation db restored --reason'),
    })
    const declared = {
      reason: 'x',
      throughHead: formatHead(lost.head),
      throughRotation: 42,
      rows: 1,
      cards: 0,
    }
    const gaps = { declared, open: null }
    expect(await verdictOn(text, HISTORY, enqueued(HISTORY), gaps)).toMatchObject({ state: 'passed' })
    // What comes after the gap is judged as always.
    const later = { ...lost, head: { count: 98, hash: 'cd'.repeat(32) } }
    expect(await verdictOn(log(lost, {}, later), HISTORY, enqueued(HISTORY), gaps)).toMatchObject({
      state: 'failed',
    })
  })

  it('does not take step 4 of another rotation for this one’s', async () => {
    const events = history(...HISTORY, completed('integration-verification', 80, 43))
    expect(await verdictOn(log({}), events)).toMatchObject({ state: 'passed' })
  })

  it('not when an earlier entry of the rotation was taken out', async () => {
    const opened = anEntry({ event: 'incident-opened', head: headAt(HISTORY, 1) })
    const entries = [opened, ...enqueued(HISTORY)]
    expect(await verdictOn(log(opened, {}), HISTORY, entries)).toMatchObject({ state: 'passed' })
    expect(await verdictOn(log({}), HISTORY, entries)).toMatchObject({
      state: 'failed',
      sentence: 'The entry “incident-opened” for R42 is no longer in the log',
    })
  })

  it.each<[string, Partial<LogEntry>, string]>([
    [
      'its row is there once more, with another owner',
      { owner: 'somebody' },
      'The entry “validated” for R42 is in the log 2 times',
    ],
    [
      'somebody wrote a decision by hand, with the hash of an event that was none',
      { event: 'approved', signOffs: 'devops-lead: somebody approved', head: headAt(HISTORY, 2) },
      'The log has an entry “approved” for R42 that the bot did not write',
    ],
  ])('not when %s', async (_, parts, sentence) => {
    for (const text of [log({}, parts), log(parts, {})])
      expect(await verdictOn(text)).toMatchObject({ state: 'failed', sentence })
  })

  it('when the table was aligned, its columns were moved, and remarks were added', async () => {
    const [header = '', divider = '', row = ''] = log({}).trimEnd().split('\n').slice(-3)
    const moved = (line: string, remark: string) => {
      const cells = line.slice(2, -2).split(' | ')
      return `|  ${[remark, ...cells.slice(1), cells[0]].join('   |  ')}    |`
    }
    const table = [moved(header, 'remarks'), moved(divider, '---'), moved(row, 'seen by hand')]
    expect(await verdictOn(`# Log\n\n${table.join('\n')}\n`)).toMatchObject({
      state: 'passed',
      sentence: 'Entry of 2026-11-23 10:12 UTC: operator, production, staging',
    })
  })

  it('not when the table cannot be read, and says what to do', async () => {
    const lost = log({}).replace('| head |', '| place |')
    expect(await verdictOn(lost)).toMatchObject({
      state: 'failed',
      sentence: expect.stringMatching(/^The table in the rotation log \(line 8\) cannot be read: .*“head”/),
      advice: expect.stringContaining('Give it the columns date (UTC), rotation'),
    })
  })

  it('not when somebody wrote a row for it without a head', async () => {
    const byHand = log({}, { event: 'approved', head: headAt(HISTORY, 2) })
    expect(await verdictOn(byHand.replace(/\| 2:[0-9a-f]{64} \|/, '| – |'))).toMatchObject({
      state: 'failed',
      sentence: 'The log has an entry “approved” for R42 that the bot did not write',
    })
  })

  it('is unknown when the log cannot be read', async () => {
    const readLog = () => Promise.reject(new NotReadable('GitHub is out of reach'))
    await expect(logAppended.run(aCheckInput({ readLog }))).rejects.toThrow(NotReadable)
  })
})
