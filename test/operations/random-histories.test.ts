import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditDatabase } from '#db/audit-database'
import { followTables } from '#db/followed-rows'
import { openDatabase } from '#db/open-database'
import { endDelegations, insertDelegation } from '#db/queries/delegations'
import { insertEscalation, setAcknowledged } from '#db/queries/escalations'
import { setMessage } from '#db/queries/messages'
import { setPerson } from '#db/queries/people'
import { insertClaim, insertSnoozes } from '#db/queries/reminders'
import { setFollowedSetting } from '#db/queries/settings'
import { insertShownSignOff } from '#db/queries/shown-sign-offs'
import type { Db } from '#db/schema'
import { abortRotation } from '#domain/rotation/abort-rotation'
import type { NewEvent } from '#domain/rotation/events'
import { handOff } from '#domain/rotation/hand-off'
import { Refusal } from '#domain/rotation/refusal'
import { ROLES, type Rotation } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { type ChangeDecision, change } from '#operations/change'
import { openWithin } from '#operations/start-rotation'
import type { Context } from '#src/context'
import {
  aCompletion,
  anException,
  aRun,
  aSignOff,
  minutesIn,
  nineTokens,
  OPERATOR,
} from '#test/support/rotation-builder'

const HISTORIES = 1_000

/** What may happen to a rotation, by a number from 0 on; decisions without an event among them. */
const HAPPENINGS: ((rotation: Rotation, pick: number, at: string) => ChangeDecision)[] = [
  (rotation, pick, at) => handOff(rotation, OPERATOR, at, `U${pick}`, 'holidays'),
  (rotation, _, at) => abortRotation(rotation, OPERATOR, at, 'no longer needed'),
  // A new version is seen.
  (rotation, pick, at) => ({
    rotation: {
      ...rotation,
      tokens: rotation.tokens.map((token, index) =>
        index === pick % rotation.tokens.length
          ? { ...token, newVersionId: `v${pick}`, newVersionAt: at }
          : token,
      ),
    },
    events: [],
  }),
  // A run goes on, and ends.
  (rotation, pick, at) => ({
    rotation: {
      ...rotation,
      runs: [
        ...rotation.runs,
        aRun({ attempt: rotation.runs.length + 1, requestedAt: at, state: pick % 2 ? 'running' : 'failed' }),
      ],
    },
    events: [],
  }),
  (rotation) => ({
    rotation: {
      ...rotation,
      runs: rotation.runs.map((run) => ({ ...run, state: 'succeeded', conclusion: 'success' })),
    },
    events: [],
  }),
  (rotation, pick, at) => signed(rotation, pick, at),
  (rotation, pick, at) => ({
    rotation: {
      ...rotation,
      exceptions: [...rotation.exceptions, anException({ what: `by hand ${pick}`, at })],
    },
    events: [],
  }),
  (rotation, pick, at) => {
    const id = STEP_IDS[pick % STEP_IDS.length] ?? 'inventory-review'
    const steps = rotation.steps.map((step) =>
      step.id === id ? { ...step, completion: aCompletion(id, { at }) } : step,
    )
    return { rotation: { ...rotation, steps }, events: [] }
  },
  (rotation) => ({ rotation, events: [] }),
]

/** What is written beside rotations. */
const BESIDE: ((db: Db, id: number, pick: number, at: string) => Promise<unknown>)[] = [
  (db, _, pick, at) => setPerson(db, `U${pick % 5}`, `person ${pick}`, at),
  (db, id, pick, at) =>
    setMessage(
      db,
      { rotationId: id, kind: `line:${pick % 3}`, channel: 'C', ts: `${pick}.1`, permalink: null },
      at,
    ),
  (db, _, pick, at) =>
    insertClaim(db, { kind: 'token-due', subject: `s${pick}`, due: minutesIn(pick), claimedAt: at }),
  (db, _, pick, at) =>
    insertSnoozes(db, [
      { kind: 'token-due', subject: `s${pick}`, until: at, reason: 'away', userId: OPERATOR, at },
    ]),
  (db, _, pick, at) =>
    insertDelegation(db, {
      role: ROLES[pick % 2] ?? 'devops-lead',
      from: `U${pick % 3}`,
      to: OPERATOR,
      lastDay: '2030-01-01',
      until: '2030-01-01T00:00:00.000Z',
      at,
    }),
  (db, _, pick, at) => endDelegations(db, `U${pick % 3}`, ROLES[pick % 2] ?? 'devops-lead', at),
  (db, id, pick, at) =>
    insertShownSignOff(db, {
      rotationId: id,
      role: 'devops-lead',
      user: OPERATOR,
      delegateOf: null,
      digest: `${pick}`,
      at,
    }),
  (db, _, pick, at) => setFollowedSetting(db, 'channel', { id: `C${pick}` }, at),
  (db, _, pick, at) =>
    insertEscalation(db, {
      rotationId: null,
      cause: 'requested',
      occurrence: `${pick}`,
      severity: 'P1',
      reason: 'help',
      notifies: true,
      openedBy: OPERATOR,
      openedAt: at,
    }),
  (db, _, pick, at) => setAcknowledged(db, pick, at, OPERATOR),
]

function signed(rotation: Rotation, pick: number, at: string): ChangeDecision {
  const role = ROLES[pick % 2] ?? 'devops-lead'
  const by = `U0${role}`
  if (rotation.signOffs.some((each) => each.role === role)) return { rotation, events: [] }
  const event: NewEvent = {
    type: 'signed-off',
    rotationId: rotation.id,
    actor: by,
    at,
    data: { role, digest: 'd', comment: '' },
  }
  const signOffs = [
    ...rotation.signOffs,
    aSignOff({ role, by, at, round: rotation.round, digest: 'd', comment: '' }),
  ]
  return { rotation: { ...rotation, signOffs }, events: [event] }
}

describe('random histories', () => {
  let db: Db
  let minute = 0
  let context: Context
  beforeAll(async () => {
    db = await openDatabase(':memory:')
    await followTables(db, minutesIn(0))
    context = {
      db,
      clock: { now: () => minutesIn(minute++) },
      config: { environments: [], revoke: { by: 'bot' } },
      outbox: { wake() {} },
      integrity: { records: { state: 'same' } },
      log: pino({ level: 'silent' }),
    } as unknown as Context
  })
  afterAll(() => db.destroy())

  const step = fc.record({
    happening: fc.nat(HAPPENINGS.length - 1),
    pick: fc.nat(50),
    beside: fc.nat(3 * BESIDE.length),
  })

  it(`that nobody touched are never reported: ${HISTORIES}`, async () => {
    const histories = fc.sample(fc.array(step, { maxLength: 9 }), HISTORIES)
    for (const [index, history] of histories.entries()) {
      const tokens = nineTokens()
        .slice(0, 3)
        .map((token) => ({ ...token, secret: `${token.secret}/${index}` }))
      const opening = {
        by: OPERATOR,
        trigger: 'manual',
        severity: null,
        reason: '',
        tokens,
        supersedes: [],
      } as const
      const { id } = await db
        .transaction()
        .execute((tx) => openWithin(context, tx, { ...opening, supersedes: [] }))
      for (const { happening, pick, beside } of history) {
        await db.transaction().execute(async (tx) => BESIDE[beside]?.(tx, id, pick, context.clock.now()))
        await change(
          context,
          id,
          (rotation) =>
            HAPPENINGS[happening]?.(rotation, pick, context.clock.now()) ?? { rotation, events: [] },
        ).catch((error: unknown) => {
          // Such as of a rotation that was aborted before.
          if (!(error instanceof Refusal)) throw error
        })
      }
    }
    const { events, tampering } = await auditDatabase(db, () => false)
    expect(events).toBeGreaterThan(3 * HISTORIES)
    expect(tampering).toEqual([])
    // The same audit sees one changed cell in all of them.
    await db
      .updateTable('rotations')
      .set({ reason: 'made up' })
      .where('id', '=', HISTORIES / 2)
      .execute()
    expect((await auditDatabase(db, () => false)).tampering).toHaveLength(1)
  }, 240_000)
})
