import { findFoundRuns, findRunMarks, removeFoundRunsBefore, setFoundRuns } from '#db/queries/found-runs'
import { insertJobs } from '#db/queries/outbox-jobs'
import { inTransaction } from '#db/transaction'
import type { NewJob } from '#domain/ports/outbox-job'
import type { ListedRun } from '#domain/ports/systems'
import { isFollowed } from '#domain/rotation/follow-run'
import {
  environmentInTitle,
  type FoundRun,
  foundAt,
  foundRunKey,
  isAdoptableKind,
} from '#domain/rotation/found-runs'
import type { Rotation } from '#domain/rotation/rotation'
import { hasMark, runMark } from '#domain/rotation/runs'
import { NotReadable } from '#domain/tokens/secret'
import { threadMessageJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { foundRunLine } from '#views/found-runs'
import { shortName } from '#views/words'

/** Keeps the runs of the configured workflows that the bot did not start, and says so in the thread of what is being promoted. */
export async function keepFoundRuns(
  context: Context,
  rotations: Rotation[],
  listed: ListedRun[],
): Promise<void> {
  const opened = rotations.map(({ openedAt }) => openedAt).sort()[0] ?? context.clock.now()
  await removeFoundRunsBefore(context.db, opened)
  const marks = await findRunMarks(
    context.db,
    listed.map(({ runId }) => runId),
  )
  const strange = listed.filter(
    (run) =>
      run.createdAt >= opened &&
      isAdoptableKind(run.kind) &&
      !marks.some((mark) => isOwn(run, mark, rotations)),
  )
  const before = new Map((await findFoundRuns(context.db)).map((run) => [run.runId, run]))
  const fresh: FoundRun[] = []
  for (const run of strange) {
    const found = await describe(context, run, before.get(run.runId))
    if (found && !isSame(found, before.get(run.runId))) fresh.push(found)
  }
  if (fresh.length === 0) return
  await inTransaction(context.db, async (tx) => {
    await setFoundRuns(tx, fresh)
    await insertJobs(tx, announcements(context, rotations, fresh), context.clock.now())
  })
  context.outbox.wake()
}

type Mark = Awaited<ReturnType<typeof findRunMarks>>[number]

/** Whether the bot started it, or follows it already. */
function isOwn(run: ListedRun, mark: Mark, rotations: Rotation[]): boolean {
  if (mark.runId === null)
    return mark.kind === run.kind && hasMark(run.title, runMark(mark.rotationId, mark.attempt))
  if (mark.runId !== run.runId) return false
  if (mark.runAttempt >= run.runAttempt) return true
  const rotation = rotations.find((each) => each.id === mark.rotationId)
  const known = rotation?.runs.find((each) => each.kind === mark.kind && each.attempt === mark.attempt)
  return !rotation || !known || isFollowed(rotation, known)
}

const isSame = (run: FoundRun, before: FoundRun | undefined): boolean =>
  before !== undefined &&
  run.runAttempt === before.runAttempt &&
  run.state === before.state &&
  run.environment === before.environment

async function describe(
  context: Context,
  run: ListedRun,
  before: FoundRun | undefined,
): Promise<FoundRun | null> {
  const { kind, runId, runAttempt, title, url, state, conclusion, startedBy, event } = run
  if (!isAdoptableKind(kind)) return null
  const { createdAt, startedAt, finishedAt } = run
  const environment = kind === 'rotate' ? null : await environmentOf(context, run, before)
  const seen = { state, conclusion, startedAt, finishedAt }
  return { kind, environment, runId, runAttempt, title, url, startedBy, event, createdAt, ...seen }
}

/** From its inputs, what is known of it already, its title, or the deployments that it made. */
async function environmentOf(
  context: Context,
  { runId, runAttempt, state, title, environment, createdAt }: ListedRun,
  before: FoundRun | undefined,
): Promise<string | null> {
  const { environments } = context.config
  const said =
    environments.find(({ name }) => name === environment)?.name ??
    before?.environment ??
    environmentInTitle(title, environments)
  if (said !== null) return said
  if (before?.state === state && before.runAttempt === runAttempt) return null
  for (const { name } of environments) {
    try {
      const deployments = await context.ci.listDeployments(name, createdAt)
      if (deployments.some((each) => each.runId === runId)) return name
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error
      // Absent or forbidden: whoever adopts the run says where it deployed.
      return null
    }
  }
  return null
}

const announcements = ({ config }: Context, rotations: Rotation[], found: FoundRun[]): NewJob[] =>
  rotations.flatMap((rotation) =>
    foundAt(rotation, config.environments, found, 'promotion').map((run) =>
      threadMessageJob(rotation.id, `found:${foundRunKey(run)}`, {
        text: `*${shortName(rotation)}* ${foundRunLine(run)}. The form of the deployment can make it part of the rotation.`,
      }),
    ),
  )
