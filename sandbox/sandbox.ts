import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createSecretsManager } from './aws/secrets-manager.ts'
import { createCi } from './ci/ci.ts'
import type { SandboxClock } from './clock.ts'
import { createControl } from './control.ts'
import { CREDENTIALS } from './demo-users.ts'
import { createGithub } from './github/github.ts'
import { createJobLogs } from './github/job-logs.ts'
import { createJira } from './jira/jira.ts'
import { mayUpgrade, ownPageOnly } from './own-page-only.ts'
import { createPage } from './page/page.ts'
import { createPager } from './pager/pager.ts'
import { probePort } from './port.ts'
import { seed } from './seed.ts'
import { skewedClocks } from './skewed-clocks.ts'
import { createSlack } from './slack/slack.ts'
import { openStore } from './store.ts'
import { createPrometheus } from './telemetry/prometheus.ts'
import { createVault } from './vault/vault.ts'
import { createWorld, TOPICS, type World } from './world.ts'

const LOOPBACK = '127.0.0.1'
const ANY_ADDRESS = '0.0.0.0'

/** State of a sandbox that a person starts, relative to the working directory. */
export const STATE_FILE = 'data/sandbox.db'

export interface SandboxOptions {
  /** TCP port; 0 chooses a free one. */
  port: number
  /** The host by which other containers reach it; on 127.0.0.1 only, where it is left out. */
  host?: string | null
  /** SQLite file, or `:memory:`. */
  file: string
  /** Start over, whatever the file holds. */
  fresh?: boolean
  /** Called before a reset; a bot beside the sandbox must stop and delete its database. */
  beforeReset?: () => Promise<void>
  afterReset?: () => Promise<void>
  /** Duration of one token's rotation in the simulated CI, in milliseconds of the sandbox's clock. */
  ciStepMs?: number
  /** The hour of the day (UTC) at which a new sandbox's clock begins; the machine's own time where it is left out. */
  startsAtHour?: number
}

export interface Sandbox {
  url: string
  /** Variables that connect a bot, as printed by `npm run sandbox`. */
  env: Record<string, string>
  clock: SandboxClock
  world: World
  reset(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts Slack, GitHub with a simulated CI, AWS Secrets Manager, Vault with the same secrets, the pager,
 * Prometheus, Jira and the page, in one server on loopback.
 *
 * @throws SandboxProblem when the port is in use, or the state cannot be opened
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = null } = options
  await probePort(options.port, host ? ANY_ADDRESS : LOOPBACK)
  const store = openStore(options.file, { fresh: options.fresh ?? false })
  let url = ''
  const world = createWorld(store, () => url)
  if (!store.seeded) seed(world, options.startsAtHour)

  const slack = createSlack(world)
  const secrets = createSecretsManager(world)
  const github = createGithub(world)
  const ci = createCi(world, { stepMs: options.ciStepMs ?? 1_000 })
  const reset = async () => {
    await options.beforeReset?.()
    store.reset()
    seed(world)
    for (const topic of TOPICS) world.changed(topic)
    await options.afterReset?.()
  }

  const app = new Hono()
  app.use('*', ownPageOnly(host))
  app.use('*', skewedClocks(world))
  app.route('/slack', slack.routes)
  app.route('/github', github.routes)
  app.route('/github-logs', createJobLogs(world))
  app.route('/aws', secrets.routes)
  app.route('/pagerduty', createPager(world).routes)
  app.route('/vault', createVault(world, '/vault').routes)
  app.route('/jira', createJira(world).routes)
  app.route('/prometheus', createPrometheus(world))
  app.route('/sandbox/api/slack', slack.control)
  app.route('/sandbox/api', createControl(world, { reset }))
  app.route('/', createPage())

  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve(
      { fetch: app.fetch, hostname: host ? ANY_ADDRESS : LOOPBACK, port: options.port },
      () => resolve(starting),
    )
    starting.on('error', reject)
  })
  server.on('upgrade', (request, socket, head) => {
    if (mayUpgrade(request, host)) slack.upgrade(request, socket, head)
    else socket.destroy()
  })
  url = `http://${host ?? LOOPBACK}:${(server.address() as AddressInfo).port}`
  ci.start()

  return {
    url,
    env: environment(url),
    clock: world.clock,
    world,
    reset,
    async close() {
      ci.stop()
      slack.close()
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      store.close()
    },
  }
}

function environment(url: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: CREDENTIALS.slackBotToken,
    SLACK_APP_TOKEN: CREDENTIALS.slackAppToken,
    SLACK_API_URL: `${url}/slack/api/`,
    GITHUB_TOKEN: CREDENTIALS.githubToken,
    GITHUB_API_URL: `${url}/github`,
    AWS_REGION: CREDENTIALS.awsRegion,
    AWS_ACCESS_KEY_ID: CREDENTIALS.awsAccessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.awsSecretAccessKey,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `${url}/aws`,
    PAGERDUTY_ROUTING_KEY: CREDENTIALS.pagerRoutingKey,
    PAGERDUTY_EVENTS_URL: `${url}/pagerduty`,
    PAGERDUTY_API_TOKEN: CREDENTIALS.pagerApiToken,
    PAGERDUTY_API_URL: `${url}/pagerduty`,
    VAULT_ADDR: `${url}/vault`,
    VAULT_ROLE_ID: CREDENTIALS.vaultRoleId,
    VAULT_SECRET_ID: CREDENTIALS.vaultSecretId,
    PROMETHEUS_URL: `${url}/prometheus`,
    SANDBOX_CLOCK_URL: `${url}/sandbox/api/clock`,
    ROTATION_CONFIG: fileURLToPath(new URL('./rotation.config.yml', import.meta.url)),
  }
}
