import { checksOf } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import { findOpenRotations } from '#db/queries/rotations'
import type { Environment } from '#domain/rotation/environments'
import { BOT_ACTOR } from '#domain/rotation/events'
import { environmentsLeft, promoteEnvironment } from '#domain/rotation/promotion'
import { Refusal } from '#domain/rotation/refusal'
import { isRunning, type Rotation } from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { isPhaseOpen } from '#domain/rotation/turn'
import { change } from '#operations/change'
import { countedDeployments } from '#operations/readings/counted-deployments'
import { observeSecrets } from '#operations/readings/observe-secrets'
import { asOfLately, readSecrets } from '#operations/readings/read-secrets'
import { verifiedBy } from '#operations/readings/verified-by'
import { runChecks } from '#operations/run-checks'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'

/** The checks of an environment that is not noted yet run again after this long, in milliseconds. */
const AGAIN_MS = 60_000

/**
 * Verifies what was deployed to after the sign-offs, and notes each environment whose checks all passed or were overridden.
 */
export async function advancePromotions(context: Context): Promise<void> {
  const { environments } = context.config
  for (const rotation of await findOpenRotations(context.db)) {
    try {
      if (!isPhaseOpen(rotation, 'promotion')) continue
      await readScope(context, rotation)
      for (const environment of environmentsLeft(rotation, environments))
        await verify(context, rotation, environment)
    } catch (error) {
      context.log.warn(
        { error, rotation: rotation.id },
        'a promotion could not be advanced; the next tick tries again',
      )
    }
  }
}

/** When the tokens of a rotation were read last, in milliseconds of a clock that nobody sets. */
const lastRead = new WeakMap<Context, Map<number, number>>()

/**
 * Reads the tokens every minute: one that got another version voids the approval. The list may show that minutes later; what is
 * noted as verified rests on descriptions, and on a deployment that began after the newest version.
 */
async function readScope(context: Context, { id, tokens }: Rotation): Promise<void> {
  const times = lastRead.get(context) ?? new Map<number, number>()
  lastRead.set(context, times)
  if (performance.now() - (times.get(id) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return
  times.set(id, performance.now())
  await observeSecrets(
    context,
    id,
    await readSecrets(
      context,
      tokens.map((token) => token.secret),
      'listed',
    ),
  )
}

async function verify(context: Context, rotation: Rotation, environment: Environment): Promise<void> {
  const { name, takes } = environment
  const runs = rotation.runs.filter((run) => run.environment === name)
  if (runs.some(isRunning)) return
  if (takes === 'deploy' && runs.length === 0 && !(await isDeployedByOthers(context, rotation, environment)))
    return
  if (await isDueForChecks(context, rotation, environment))
    await runChecks(context, rotation.id, 'promotion', BOT_ACTOR, {
      environment: name,
      freshness: asOfLately(),
    })
  await note(context, rotation.id, environment)
}

/** When the deployments of others were read last, in milliseconds of a clock that nobody sets. */
const lastLooked = new WeakMap<Context, Map<string, number>>()

/** Asked every minute, while the bot has not deployed itself. */
async function isDeployedByOthers(
  context: Context,
  rotation: Rotation,
  environment: Environment,
): Promise<boolean> {
  const times = lastLooked.get(context) ?? new Map<string, number>()
  lastLooked.set(context, times)
  const key = `${rotation.id} ${environment.name}`
  if (performance.now() - (times.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false
  times.set(key, performance.now())
  const { deployments } = await countedDeployments(context, rotation, environment)
  return deployments.some((each) => each.finishedAt !== null)
}

const checksIn = ({ config }: Context, rotation: Rotation, { name }: Environment) =>
  checksOf(rotation, config.environments, 'promotion').filter((check) => check.environment === name)

async function isDueForChecks(
  context: Context,
  rotation: Rotation,
  environment: Environment,
): Promise<boolean> {
  const results = await findCurrentChecks(context.db, rotation)
  return checksIn(context, rotation, environment).some(({ id }) => {
    const result = results.find((each) => each.check === id)
    if (!result) return true
    // One that passed too: it may be of before a withdrawal, and too old to count.
    return Date.parse(context.clock.now()) - Date.parse(result.finishedAt) >= AGAIN_MS
  })
}

/** Notes that an environment runs on its new tokens, where its checks say so. */
async function note(context: Context, rotationId: number, environment: Environment): Promise<void> {
  const at = context.clock.now()
  const { environments } = context.config
  try {
    await change(
      context,
      rotationId,
      async (rotation, tx) => {
        const situation = {
          checks: checksIn(context, rotation, environment),
          results: await findCurrentChecks(tx, rotation),
          maxAgeMinutes: context.config.checks['max-age-minutes'],
        }
        const decision = promoteEnvironment(rotation, environment, environments, situation, at)
        if (decision.events.length === 0) return decision
        const { results } = situation
        const updated = await verifiedBy(tx, rotation, { environments: [environment.name], results, at })
        return { ...decision, revocations: { updated } }
      },
      ({ after, head, names }) => [
        logEntryJob(
          after.id,
          logEntry(after, 'promoted', at, head, names, { environment: environment.name }),
        ),
      ],
    )
  } catch (error) {
    // The checks do not say so yet; people see why on the card.
    if (!(error instanceof Refusal)) throw error
  }
}
