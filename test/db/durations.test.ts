import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findDurations } from '#db/queries/durations'
import { insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { Rotation } from '#domain/rotation/rotation'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { aRotation, aSignOff, aToken, minutesIn, type RotationParts } from '#test/support/rotation-builder'

const MINUTE = 60_000

describe('how long past rotations took', () => {
  let opened: OpenTestDatabase
  let db: Db
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
  })
  afterEach(() => opened.close())

  let agents = 0
  /** Signed by both roles after these minutes. */
  const insert = async (minutes: number, parts: RotationParts = {}): Promise<Rotation> => {
    agents += 1
    const signOffs = [
      aSignOff({ at: minutesIn(minutes - 10) }),
      aSignOff({ role: 'ai-ops-owner', by: 'U0AIOPSOWNER', at: minutesIn(minutes) }),
    ]
    const tokens = [aToken({ agent: `agent-${agents}`, environment: 'production' })]
    const whole = aRotation({ status: 'retiring', tokens, signOffs, ...parts })
    const { status, trigger, severity, reason, ownerId, openedAt, round } = whole
    const promotedJson = JSON.stringify(whole.promoted)
    const row = { version: 1, status, trigger, severity, reason, ownerId, openedAt, round, promotedJson }
    const rotation = { ...whole, id: await insertRotationRow(db, row) }
    await insertParts(db, null, rotation)
    return rotation
  }

  it('is read from the start to the second signature, and to the last environment', async () => {
    await insert(90, {
      promoted: [
        { environment: 'eu', at: minutesIn(120) },
        { environment: 'us', at: minutesIn(200) },
      ],
    })
    expect(await findDurations(db, 9)).toEqual([{ toSignatures: 90 * MINUTE, toPromotion: 200 * MINUTE }])
  })

  it('counts the newest that were signed and no incident, and the last round of each', async () => {
    await insert(30)
    await insert(40, { status: 'open' })
    await insert(50, { status: 'aborted' })
    await insert(60, { trigger: 'policy-hit', severity: 'P1' })
    await insert(70, {
      round: 2,
      signOffs: [aSignOff({ at: minutesIn(900) }), aSignOff({ round: 2, at: minutesIn(70) })],
    })
    await insert(80, { status: 'promoting' })
    const minutes = async (limit: number) =>
      (await findDurations(db, limit)).map((each) => each.toSignatures / MINUTE)
    expect(await minutes(9)).toEqual([80, 70, 30])
    expect(await minutes(2)).toEqual([80, 70])
    expect((await findDurations(db, 1))[0]?.toPromotion).toBeNull()
  })
})
