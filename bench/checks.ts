import { CHECKS, checksOf } from '#checks/index'
import { findRotation } from '#db/queries/rotations'
import { STEP_IDS, type StepId } from '#domain/rotation/steps'
import { checkInput } from '#operations/readings/check-input'
import { asOfNow } from '#operations/readings/read-secrets'
import { runChecks } from '#operations/run-checks'
import { completeStep, start } from '#test/support/run-rotation'
import { openWorkspace } from '#test/support/workspace'
import { median, type Result, timed } from './result.ts'
import { createSlowProxy } from './slow-proxy.ts'

const DELAY_MS = 250
const ROUNDS = 2
const MOST = 1.1
const ROTATION = 1

/**
 * Compares all checks of a step together with the slowest one alone. Uses the bot's checks against the sandbox, with a
 * delay of 250 ms for GitHub and the secrets manager.
 */
export async function benchChecks(say: (line: string) => void): Promise<Result[]> {
  const proxies: { close(): void }[] = []
  const workspace = await openWorkspace({
    async connect(env) {
      const proxy = await createSlowProxy(new URL(env.GITHUB_API_URL ?? '').origin, DELAY_MS)
      proxies.push(proxy)
      const far = (url: string | undefined) => `${proxy.url}${new URL(url ?? '').pathname}`
      return {
        ...env,
        GITHUB_API_URL: far(env.GITHUB_API_URL),
        AWS_ENDPOINT_URL_SECRETS_MANAGER: far(env.AWS_ENDPOINT_URL_SECRETS_MANAGER),
      }
    },
  })
  try {
    // Every step is done, so that no check ends early.
    const label = await start(workspace.operator)
    for (const step of STEP_IDS) await completeStep(workspace.operator, label, step)
    const results: Result[] = []
    for (const step of STEPS) {
      const result = await benchStep(workspace.bot.context, step)
      say(`  ${result.name}: ${result.measured}`)
      results.push(result)
    }
    return results
  } finally {
    await workspace.close()
    for (const proxy of proxies) proxy.close()
  }
}

type Context = Parameters<typeof runChecks>[0]

/** The steps with more than one check. */
const STEPS = STEP_IDS.filter((step) => CHECKS.filter((check) => check.step === step).length !== 1)

async function benchStep(context: Context, step: StepId): Promise<Result> {
  const rotation = await findRotation(context.db, ROTATION)
  if (!rotation) throw new Error('the rotation is missing')
  const checks = checksOf(rotation, context.config.environments, step)
  const alone: number[][] = checks.map(() => [])
  const together: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, check] of checks.entries())
      alone[at]?.push(
        await timed(() =>
          check.run(checkInput(context, rotation, { freshness: asOfNow(), environments: null })),
        ),
      )
    together.push(await timed(() => runChecks(context, ROTATION, step, 'bench')))
  }
  const slowest = Math.max(...alone.map(median))
  const ratio = median(together) / slowest
  return {
    name: `${step}: ${alone.length} checks in ${median(together).toFixed(0)} ms, the slowest alone ${slowest.toFixed(0)} ms`,
    measured: `${ratio.toFixed(2)}×`,
    target: `≤ ${MOST.toFixed(2)}×`,
    met: ratio <= MOST,
  }
}
