import type { CheckInput, Delivery } from '#checks/check'
import { findDeclaredGap } from '#db/own-records'
import { findRotationEvents } from '#db/queries/events'
import { findNewestJobKey, findPendingEntries } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findRevocations } from '#db/queries/revocations'
import { verifyNewEvents } from '#db/verify-chain'
import { memoize } from '#domain/memoize'
import type { JobKind } from '#domain/ports/outbox-job'
import type { Environment } from '#domain/rotation/environments'
import { type Rotation, type RotationToken, rotationLabel } from '#domain/rotation/rotation'
import { inventoryCsv, inventoryDigest } from '#domain/tokens/inventory'
import type { Freshness, SecretReading } from '#domain/tokens/secret'
import { inventoryExportJob, inventoryExportKey, threadMessageJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { inventoryExport } from '#views/inventory'
import { countedDeployments } from './counted-deployments.ts'
import { observeSecrets } from './observe-secrets.ts'
import { proveTestNotice, readLastNotice } from './read-notices.ts'
import { readSecrets } from './read-secrets.ts'

const SECOND = 1_000

interface Needs {
  /** How old the readings of secrets may be. */
  freshness: Freshness
  /** The environments that are judged; null for all. The secrets of others are read as the list shows them. */
  environments: ReadonlySet<string> | null
}

/** What the checks of a rotation may read. What several of them need is read once. */
export function checkInput(
  context: Context,
  rotation: Rotation,
  { freshness, environments }: Needs,
): CheckInput {
  const scope = memoize(async () => {
    const readings = await readScope(context, rotation, { freshness, environments })
    await observeSecrets(context, rotation.id, readings)
    return rotation.tokens.map((token, index) => {
      const reading = readings[index]
      if (!reading) throw new TypeError('a reading for each token')
      return { token, reading }
    })
  })
  const all = memoize(async () => {
    // The scope first: what was read of it just now is not read again.
    const fresh = await scope()
    const listed = await context.secrets.readAll(freshness === 'listed' ? 0 : freshness.describedSince)
    // The list may be minutes old, so what was described just now replaces it.
    const known = new Map(fresh.map(({ reading }) => [reading.name, reading]))
    return listed.map((reading) => known.get(reading.name) ?? reading)
  })
  const deployments = new Map<string, ReturnType<typeof countedDeployments>>()
  const deploymentsTo = (environment: Environment) => {
    const read = deployments.get(environment.name) ?? countedDeployments(context, rotation, environment)
    deployments.set(environment.name, read)
    return read
  }
  const runs = new Map<number, ReturnType<CheckInput['readRun']>>()
  const readRun: CheckInput['readRun'] = (runId) => {
    const reading = runs.get(runId) ?? context.ci.readRun(runId)
    runs.set(runId, reading)
    return reading
  }
  return {
    rotation,
    now: context.clock.now(),
    expiryGraceDays: context.config.checks['expiry-grace-days'],
    cadenceDays: context.config.cadence.days,
    readWorkflow: (kind) => context.ci.readWorkflow(kind),
    findNoticeObstacle: () => context.notices.findObstacle(),
    readLastNotice: () => readLastNotice(context),
    proveTestNotice: () => proveTestNotice(context, rotation.id, patience(context)),
    readScope: scope,
    async readRevocations() {
      await scope()
      return findRevocations(context.db, rotation.id)
    },
    readAll: all,
    async readOthers(names) {
      const known = new Map((await scope()).map(({ reading }) => [reading.name, reading]))
      const read = await readSecrets(
        context,
        names.filter((name) => !known.has(name)),
        freshness,
      )
      return [...names.flatMap((name) => known.get(name) ?? []), ...read]
    },
    readRegistry: () => context.repository.readRegistry(),
    exportInventory: (readings) => exportInventory(context, rotation, readings),
    async readLog() {
      await delivered(context, rotation.id, 'log-entry')
      return context.repository.readLog()
    },
    async readTicket() {
      const { key: mark, delivery } = await delivered(context, rotation.id, 'ticket-comment')
      return { ...(await context.tickets.readReport(mark)), delivery }
    },
    readRun,
    readDeployments: deploymentsTo,
    telemetry: context.telemetry,
    telemetryQueries: context.config.telemetry.queries,
    readPendingEntries: () => findPendingEntries(context.db, rotation.id),
    async readGaps() {
      const { records } = context.integrity
      return {
        declared: await findDeclaredGap(context.db),
        open: records.state === 'behind' ? records : null,
      }
    },
    readHistory: () => findRotationEvents(context.db, rotation.id),
    async findHistoryProblem(witnesses) {
      const { database } = context.config
      return (await verifyNewEvents(context.db, { database, at: context.clock.now(), witnesses })).problem
    },
  }
}

/** The readings of the tokens in scope, in their order. */
async function readScope(
  context: Context,
  { tokens }: Rotation,
  { freshness, environments }: Needs,
): Promise<SecretReading[]> {
  const isJudged = ({ environment }: RotationToken) => environments === null || environments.has(environment)
  const [judged, others] = [tokens.filter(isJudged), tokens.filter((token) => !isJudged(token))].map((each) =>
    each.map((token) => token.secret),
  )
  const read = [
    ...(await readSecrets(context, judged ?? [], freshness)),
    ...(await readSecrets(context, others ?? [], 'listed')),
  ]
  const byName = new Map(read.map((reading) => [reading.name, reading]))
  return tokens.flatMap(({ secret }) => byName.get(secret) ?? [])
}

/** Waits for the rotation's newest job of a kind: people open step 5 right after they complete step 4. */
async function delivered(
  context: Context,
  rotationId: number,
  kind: JobKind,
): Promise<{ key: string | null; delivery: Delivery }> {
  const key = await findNewestJobKey(context.db, rotationId, kind)
  if (!key) return { key, delivery: 'none' }
  const result = await context.outbox.delivered(key, patience(context))
  return { key, delivery: result === undefined ? 'waiting' : 'done' }
}

// Less than the deadline, so that a check can say what it waits for.
const patience = ({ config }: Context): number => (config.checks['deadline-seconds'] * SECOND) / 2

/** Enqueues the upload of the current list and the table beside it, and waits for both. */
async function exportInventory(
  context: Context,
  rotation: Rotation,
  readings: SecretReading[],
): Promise<string | null> {
  const { id: rotationId } = rotation
  const csv = inventoryCsv(readings)
  const digest = inventoryDigest(csv)
  const filename = `${rotationLabel(rotationId)}-tokens-${digest}.csv`
  const job = inventoryExportJob(rotationId, digest, { filename, csv, tokens: readings.length })
  const shown = inventoryExport(rotation, readings, context.clock.now(), context.config.environments)
  const table = threadMessageJob(rotationId, `inventory:${digest}`, shown)
  await insertJobs(context.db, [job, table], context.clock.now())
  context.outbox.wake()
  const keys = [inventoryExportKey(rotationId, digest), table.key]
  const [result, posted] = await Promise.all(
    keys.map((key) => context.outbox.delivered(key, patience(context))),
  )
  return posted === undefined ? null : permalinkIn(result)
}

function permalinkIn(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('permalink' in result)) return null
  return typeof result.permalink === 'string' ? result.permalink : null
}
