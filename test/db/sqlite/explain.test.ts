import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { claimJobs } from '#db/queries/outbox-jobs'
import { pruneClosed } from '#operations/scheduled/prune-closed'
import { collectStatements, findWholeReads } from '#test/support/explain'
import { eventually } from '#test/support/person'
import { completeAllSteps, completeRotation, promote, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** The tables whose rows stay, rotation after rotation. */
const GROWING = new Set([
  'rotations',
  'tokens',
  'steps',
  'runs',
  'checks',
  'exceptions',
  'sign_offs',
  'shown_sign_offs',
  'events',
  'outbox_jobs',
  'messages',
  'pictures',
  'revocations',
  'escalations',
  'reminders',
  'snoozes',
  'delegations',
  'inbox',
])

/** Statements that walk a table from its newest row and stop at their limit, or are sent once. */
const ALLOWED = [
  // `followTables`, at the first start.
  /^select \* from "\w+"$/,
  // The newest rotations, for the history and the pictures.
  /^select \* from "rotations" order by "id" desc limit/,
  // The newest signed rotations, for the forecast.
  /from "rotations" as "r" where .* order by "r"."id" desc limit/,
]

/** Every task that the bot does by time, often. */
const EVERYTHING = { from: '00:00', to: '00:00', weekends: false }

describe('the statements of whole rotations', () => {
  const { statements, add } = collectStatements()
  let workspace: Workspace

  beforeAll(async () => {
    workspace = await openWorkspace({
      onStatement: add,
      configure: (config) => ({ ...config, quiet: EVERYTHING }),
    })
    const { operator, devopsLead, aiOpsOwner, bystander } = workspace
    await start(operator, { scope: ['agent:orchestrator', 'agent:evaluator'] })
    await completeAllSteps(operator, 'R1')
    await signOff(devopsLead, 'R1', 'devops-lead')
    await signOff(aiOpsOwner, 'R1', 'ai-ops-owner')
    await promote(operator, 'R1')
    await completeRotation(operator, 'R1')
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    await operator.submit(form, {
      trigger: 'policy-hit',
      severity: 'P1',
      reason: 'seen in a log',
      scope: ['agent:tool-runner'],
    })
    await operator.card('R2')
    for (const words of ['status', 'history', 'show R1', 'revocations', 'inventory', 'registry', ''])
      await bystander.type(`/rotation ${words}`)
    await operator.post('clock', { advanceMs: 40 * 24 * 3_600_000 })
    await eventually(
      async () =>
        (
          await workspace.bot.context.db
            .selectFrom('reminders')
            .select('due')
            .where('due', '>=', '2')
            .limit(1)
            .execute()
        ).length > 0,
      'reminders',
    )
    await pruneClosed(workspace.bot.context)
    await claimJobs(workspace.bot.context.db, 0, { until: 1, holder: 'test' }, { limit: 1, running: [1] })
  }, 240_000)
  afterAll(() => workspace.close())

  const read = () => findWholeReads(workspace.bot.context.db, statements, GROWING)

  it('read no table from end to end that grows with every rotation', async () => {
    expect(statements.size).toBeGreaterThan(100)
    const found = (await read()).filter((each) => !ALLOWED.some((allowed) => allowed.test(each.sql)))
    expect(found).toEqual([])
  })

  it('are allowed only where they are sent', () => {
    for (const allowed of ALLOWED)
      expect([...statements.keys()].filter((each) => allowed.test(each))).not.toEqual([])
  })

  it.each([
    ['outbox_jobs_due', 'outbox_jobs'],
    ['outbox_jobs_rotation', 'outbox_jobs'],
    ['outbox_jobs_kinds', 'outbox_jobs'],
    ['escalations_open', 'escalations'],
    ['delegations_until', 'delegations'],
    ['reminders_due', 'reminders'],
    ['pictures_digest', 'pictures'],
    ['rotations_unpruned', 'rotations'],
    ['revocations_open', 'revocations'],
    ['runs_open', 'runs'],
    ['rotations_open', 'rotations'],
    ['events_of_rotation', 'events'],
    ['checks_newest', 'checks'],
  ])('would read all of it without the index %s', async (index, table) => {
    const { db } = workspace.bot.context
    const definition = sql<{ sql: string }>`select sql from sqlite_master where name = ${index}`
    const [made] = (await definition.execute(db)).rows
    await sql`drop index ${sql.ref(index)}`.execute(db)
    try {
      expect((await read()).map((each) => each.table)).toContain(table)
    } finally {
      await sql.raw(made?.sql ?? '').execute(db)
    }
  })
})

it('a statement that joins by an index that SQLite has to build reads all of the table', async () => {
  const db = await openDatabase(':memory:')
  const joined = 'select * from "settings" join "events" as "e" on "e"."data_json" = "settings"."value_json"'
  const found = await findWholeReads(db, [[joined, []]], new Set(['events']))
  expect(found.map((each) => each.table)).toEqual(['events'])
  await db.destroy()
})
