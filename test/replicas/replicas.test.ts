import { afterEach, describe, expect, it } from 'vitest'
import { findPresent } from '#db/dialect'
import { openDatabase } from '#db/open-database'
import { findEvents } from '#db/queries/events'
import { findChainBreak } from '#domain/rotation/event-chain'
import { expectNothingDoubled, notices } from '#test/support/nothing-doubled'
import { eventually, Person } from '#test/support/person'
import { type ReplicatedBots, startReplicatedBots } from '#test/support/replicated-bots'
import { completeRotation, completeStep, promote, signOff, start } from '#test/support/run-rotation'

describe('three bots on one PostgreSQL', () => {
  let bots: ReplicatedBots
  afterEach(() => bots.close())

  it('carry out a rotation although they are killed one after the other', async () => {
    bots = await startReplicatedBots(3)
    const { sandbox, killAtNext } = bots
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    const lead = new Person(sandbox.url, 'U0DEVOPSLEAD')
    const owner = new Person(sandbox.url, 'U0AIOPSOWNER')

    expect(await bots.probe('/healthz')).toEqual([200, 200, 200])
    await expect.poll(() => bots.probe('/readyz')).toEqual([200, 200, 200])
    const db = await openDatabase(bots.made.database)
    const present = await findPresent(db)
    expect(present).toHaveLength(3)
    expect(new Set(present.map(({ config }) => config)).size).toBe(1)
    await start(operator)
    const kills = [killAtNext('slack')]
    await completeStep(operator, 'R1', 'inventory-review', { isKilled: true })
    await Promise.all(kills)
    await completeStep(operator, 'R1', 'automation-health')
    kills.push(killAtNext('ci'))
    await completeStep(operator, 'R1', 'rotation-execution', { isKilled: true })
    await Promise.all(kills)
    await completeStep(operator, 'R1', 'integration-verification')
    await completeStep(operator, 'R1', 'audit-logging')
    kills.push(killAtNext('repository'))
    await signOff(lead, 'R1', 'devops-lead')
    await signOff(owner, 'R1', 'ai-ops-owner')
    await Promise.all(kills)
    await promote(operator, 'R1')
    kills.push(killAtNext('slack'))
    await completeRotation(operator, 'R1', 'bot')
    await expect.poll(async () => (await notices(operator)).length, { timeout: 30_000 }).toBe(1)
    await Promise.all(kills)
    expect(bots.kills()).toBe(4)
    await expect.poll(() => bots.probe('/readyz')).toEqual([200, 200, 200])
    await expectNothingDoubled(operator)
    expect(findChainBreak(await findEvents(db))).toBeNull()
    await db.destroy()
  }, 300_000)

  it('take over the jobs and tasks of one that has ended, before its leases do', async () => {
    bots = await startReplicatedBots(1)
    const db = await openDatabase(bots.made.database)
    const operator = new Person(bots.sandbox.url, 'U0OPERATOR')
    const label = await start(operator, { scope: ['environment:sandbox'] })
    // As if it had been killed in the middle: a lease that ends in an hour.
    const holder = `elsewhere:1:${'a'.repeat(8)}`
    const lease = { leaseUntil: Date.now() + 3_600_000, leaseHolder: holder }
    await db.updateTable('scheduledTasks').set(lease).where('name', '=', 'follow-runs').execute()
    await db
      .insertInto('outboxJobs')
      .values({
        ...{
          key: 'left-behind',
          kind: 'home',
          orderingKey: 'left-behind',
          payloadJson: '{"userId":"U0OPERATOR"}',
        },
        ...{
          state: 'running',
          isFirst: 1,
          attempts: 1,
          nextAt: 0,
          createdAt: new Date().toISOString(),
          ...lease,
        },
      })
      .execute()
    await eventually(async () => {
      const job = await db
        .selectFrom('outboxJobs')
        .select('state')
        .where('key', '=', 'left-behind')
        .executeTakeFirst()
      return job?.state === 'done'
    }, 'the job that was left behind')
    await eventually(async () => {
      const task = await db
        .selectFrom('scheduledTasks')
        .select('leaseHolder')
        .where('name', '=', 'follow-runs')
        .executeTakeFirst()
      return task?.leaseHolder !== holder
    }, 'the task that was left behind')
    expect(label).toBe('R1')
    await db.destroy()
  }, 120_000)
})
