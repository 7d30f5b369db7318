import type { LogEvent } from 'kysely'
import { claimJobs } from '#db/queries/outbox-jobs'
import { pruneClosed } from '#operations/scheduled/prune-closed'
import { eventually } from './person.ts'
import { completeAllSteps, completeRotation, promote, signOff, start } from './run-rotation.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** The tables whose rows stay, rotation after rotation. */
export const GROWING = new Set([
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

/** Every task that the bot does by time, often. */
const EVERYTHING = { from: '00:00', to: '00:00', weekends: false }

/** Collects the different statements that a database executes, with the values of the first time. */
function collectStatements() {
  const statements = new Map<string, readonly unknown[]>()
  return {
    statements,
    add({ query }: LogEvent) {
      if (!statements.has(query.sql)) statements.set(query.sql, query.parameters)
    },
  }
}

/** A workspace after two rotations and every command, with the different statements that its bot has sent, and their values. */
export async function sendStatements(): Promise<{
  workspace: Workspace
  statements: ReadonlyMap<string, readonly unknown[]>
}> {
  const { statements, add } = collectStatements()
  const workspace = await openWorkspace({
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
  return { workspace, statements }
}
