import { setTimeout as sleep } from 'node:timers/promises'
import { rotationLabel } from '#domain/rotation/rotation'
import { eventually } from './person.ts'
import {
  checkedStep,
  completeAllSteps,
  completeRotation,
  completeStep,
  escalate,
  openStep,
  promote,
  signByBoth,
  start,
} from './run-rotation.ts'
import type { Workspace } from './workspace.ts'

/** What a rotation can be in; `incident` is an open one whose three first steps are done. */
export const STATES = [
  'new',
  'open',
  'incident',
  'signing',
  'promoting',
  'retiring',
  'complete',
  'aborted',
] as const
export type State = (typeof STATES)[number]

/** Opens one rotation in each state, all owned by the operator. @returns their labels, once everything is delivered */
export async function openEachState(workspace: Workspace): Promise<Record<State, string>> {
  const { operator, config } = workspace
  const open = (agent: string, ...environments: string[]) =>
    start(operator, { scope: [...environments.map((each) => `environment:${each}`), `agent:${agent}`] })
  config.revoke.by = 'workflow'
  const complete = await open('tool-runner', 'sandbox')
  await completeAllSteps(operator, complete)
  await signByBoth(workspace, complete)
  await completeRotation(operator, complete)
  // What follows is revoked by the bot, so that there is something to decide about old versions.
  config.revoke.by = 'bot'
  const retiring = await open('orchestrator', 'staging', 'production')
  await completeAllSteps(operator, retiring)
  await signByBoth(workspace, retiring)
  await promote(operator, retiring)
  const promoting = await open('evaluator', 'staging', 'production')
  await completeAllSteps(operator, promoting)
  await signByBoth(workspace, promoting)
  const signing = await open('tool-runner', 'staging')
  await completeAllSteps(operator, signing)
  const aborted = await open('tool-runner', 'sandbox')
  await operator.type(`/rotation abort ${aborted}`)
  await operator.submit(await operator.modal('abort'), { reason: 'by mistake' })
  const incident = await openIncident(workspace)
  const inProgress = await open('tool-runner', 'sandbox')
  await completeStep(operator, inProgress, 'inventory-review')
  await completeStep(operator, inProgress, 'automation-health')
  await escalate(operator, inProgress, 'help')
  const opened = await open('orchestrator', 'sandbox')
  await failCheck(workspace, opened)
  const deployed = ['staging', 'production']
  const disabled = { [signing]: deployed, [retiring]: deployed, [promoting]: ['staging'] }
  await eventually(() => areDisabled(workspace, disabled), 'the old versions to be disabled')
  await eventually(async () => (await undelivered(workspace)) === 0, 'everything to be delivered')
  return { new: opened, open: inProgress, incident, signing, promoting, retiring, complete, aborted }
}

async function openIncident({ operator }: Workspace): Promise<string> {
  await operator.type('/rotation incident')
  const result = await operator.submit(await operator.modal('incident'), {
    scope: ['environment:production', 'agent:tool-runner'],
    trigger: 'credential-anomaly',
    severity: 'P3',
    'old-versions': 'disable-when-deployed',
    reason: 'the token was seen in a log',
  })
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  const card = await eventually(
    async () => (await operator.messages()).findLast((each) => each.text.includes('INCIDENT')),
    'the card of the incident',
  )
  const label = card.metadata?.event_payload.rotation_id ?? ''
  for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
    await completeStep(operator, label, step)
  return label
}

/** Leaves a check of the first step that failed. */
async function failCheck({ operator }: Workspace, label: string): Promise<void> {
  await operator.post('faults', { id: 'metadata-missing', on: true })
  await openStep(operator, label, 'inventory-review')
  await operator.close(await checkedStep(operator, 'inventory-review'))
  await operator.post('faults', { id: 'metadata-missing', on: false })
}

/** @param wanted the environments of each rotation whose old versions count */
async function areDisabled(
  { bot, operator }: Workspace,
  wanted: Record<string, readonly string[]>,
): Promise<boolean> {
  // What is unused shows only after a while; on a busy machine the clock must not run ahead of what the bot does, or all is over.
  await operator.post('clock', { advanceMs: 5_000 })
  await sleep(250)
  const columns = ['rotationId', 'environment', 'issuer'] as const
  const rows = await bot.context.db.selectFrom('revocations').select(columns).execute()
  const of = (label: string) =>
    rows.filter((row) => rotationLabel(row.rotationId) === label && wanted[label]?.includes(row.environment))
  const isDone = (label: string) =>
    of(label).length > 0 && of(label).every((row) => row.issuer === 'disabled')
  return Object.keys(wanted).every(isDone)
}

/** How many outbox jobs are not done. */
export const undelivered = async ({ bot }: Workspace): Promise<number> => {
  const { db } = bot.context
  const jobs = db.selectFrom('outboxJobs').select('id').where('state', 'in', ['queued', 'running'])
  return (await jobs.execute()).length
}
