import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEvents } from '#db/queries/events'
import { type DatabaseLock, lockDatabase } from '#test/support/database-lock'
import { type Person, wordsOf } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** The sandbox fails what is not acknowledged within three seconds, as Slack does. */
describe('a database that another process has locked', () => {
  let workspace: Workspace
  let operator: Person
  let lock: DatabaseLock

  beforeAll(async () => {
    workspace = await openWorkspace()
    operator = workspace.operator
    await start(operator, { scope: ['environment:staging'] })
    await operator.card('R1')
    lock = await lockDatabase(workspace.config.database)
  }, 60_000)
  afterAll(async () => {
    await lock.release()
    await workspace.close()
  })

  it('keeps no command and no click from being acknowledged and answered', async () => {
    // Nobody has seen this person before: the name cannot be saved now.
    const { bystander } = workspace
    const answers = await Promise.all([
      bystander.type('/rotation help'),
      operator.type('/rotation status'),
      operator.type('/rotation history'),
      operator.type('/rotation show R1'),
    ])
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true])
    await bystander.ephemeral('/rotation start')
    await operator.ephemeral('R1')
    expect(await operator.click(await operator.card('R1'), 'show-timeline')).toMatchObject({ ok: true })
    await operator.ephemeral('The database is busy')
  }, 30_000)

  it('answers a form that it is busy, keeps what was typed, and takes it when the lock is released', async () => {
    expect(await operator.type('/rotation abort R1')).toMatchObject({ ok: true })
    const view = await operator.modal('abort')
    const refused = await operator.submit(view, { reason: 'seen enough' })
    expect(refused.errors?.reason).toMatch(/^The database is busy.*Nothing was changed. Try again/)
    await lock.release()
    expect(await operator.submit(view, { reason: 'seen enough' })).toMatchObject({ ok: true })
    expect(wordsOf(await operator.card('R1', 'aborted'))).toContain('seen enough')
    const { db } = workspace.bot.context
    const types = (await findEvents(db)).map((event) => event.type)
    // What was answered with "busy" was not done later either.
    expect(types).not.toContain('escalated')
    expect(types.filter((type) => type === 'rotation-aborted')).toHaveLength(1)
    const names = async () =>
      (await db.selectFrom('people').select('userId').execute()).map((row) => row.userId)
    expect(await workspace.bystander.type('/rotation help')).toMatchObject({ ok: true })
    await expect.poll(names).toContain(workspace.bystander.id)
  }, 30_000)
})
