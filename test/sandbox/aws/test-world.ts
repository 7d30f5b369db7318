import type { AddressInfo } from 'node:net'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { serve } from '@hono/node-server'
import { Octokit } from '@octokit/rest'
import { Hono } from 'hono'
import { ADMIN_ACCESS_KEY_ID } from '#sandbox/aws/principals'
import { createSecretsManager } from '#sandbox/aws/secrets-manager'
import { seedSecrets } from '#sandbox/aws/seed'
import type { EnvironmentState } from '#sandbox/ci/agent-control'
import { createCi } from '#sandbox/ci/ci'
import { seedAgents } from '#sandbox/ci/running-versions'
import { seedRuns } from '#sandbox/ci/seed'
import { createControl } from '#sandbox/control'
import { CREDENTIALS, REPOSITORY } from '#sandbox/demo-users'
import { createGithub } from '#sandbox/github/github'
import { seedRepository } from '#sandbox/github/seed'
import { openStore } from '#sandbox/store'
import { startTelemetry } from '#sandbox/telemetry/agents'
import { createPrometheus } from '#sandbox/telemetry/prometheus'
import type { TelemetryState } from '#sandbox/telemetry/telemetry-state'
import { createVault } from '#sandbox/vault/vault'
import { createWorld } from '#sandbox/world'

/** One minute of the sandbox's clock, so that real time never finishes a step. */
export const STEP_MS = 60_000
export const repo = { owner: REPOSITORY.owner, repo: REPOSITORY.name }

interface ShownRun {
  id: number
  title: string
  status: string
  conclusion: string | null
  attempt: number
  actor: string
  htmlUrl: string
  jobs: string[]
}

interface ControlAnswers {
  '/clock': { now: string; offsetMs: number }
  '/faults': { id: string; group: string; isFeatured: boolean; sentence: string; on: boolean }[]
  '/reset': { ok: true }
  '/secrets': {
    name: string
    tags: Record<string, string>
    versions: {
      id: string
      labels: string[]
      revokedAt: string | null
      issuer: { state: string; since: string | null }
    }[]
  }[]
  '/secrets/revoke': { error?: string }
  '/runs': ShownRun[]
  '/agents': EnvironmentState[]
  '/telemetry': TelemetryState
  '/repository': {
    files: { path: string; content: string; sha: string }[]
    commits: { sha: string; message: string; path: string }[]
    log: { header: string[]; newest: string[] | null; rows: number }
  }
}

/** Starts AWS, Vault, GitHub, Prometheus and the CI, without Slack and the page. */
export async function startWorld(options: { file?: string } = {}) {
  const store = openStore(options.file ?? ':memory:')
  let url = ''
  const world = createWorld(store, () => url)
  const seed = () => {
    store.reset()
    seedSecrets(world)
    seedAgents(world)
    seedRepository(world)
    seedRuns(world)
    startTelemetry(world)
    store.markSeeded()
  }
  if (!store.seeded) seed()

  const app = new Hono()
  app.route('/aws', createSecretsManager(world).routes)
  app.route('/vault', createVault(world, '/vault').routes)
  app.route('/github', createGithub(world).routes)
  app.route('/prometheus', createPrometheus(world))
  app.route('/sandbox/api', createControl(world, { reset: async () => seed() }))
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const starting = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(starting))
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ci = createCi(world, { stepMs: STEP_MS })
  ci.start()

  return {
    world,
    url,
    awsAs: (accessKeyId: string) =>
      new SecretsManagerClient({
        endpoint: `${url}/aws`,
        region: CREDENTIALS.awsRegion,
        credentials: { accessKeyId, secretAccessKey: CREDENTIALS.awsSecretAccessKey },
        maxAttempts: 1,
      }),
    octokitAs: (auth: string) =>
      new Octokit({ baseUrl: `${url}/github`, auth, log: { debug() {}, info() {}, warn() {}, error() {} } }),
    /** Moves the clock; the CI has advanced when this returns. */
    advance(ms: number) {
      world.clock.advance(ms)
      world.changed('clock')
    },
    async control<P extends keyof ControlAnswers>(
      path: P,
      post?: object,
      headers: Record<string, string> = {},
    ) {
      const init = post && { method: 'POST', body: JSON.stringify(post), headers }
      const response = await fetch(`${url}/sandbox/api${path}`, init ?? { headers })
      return { status: response.status, body: (await response.json()) as ControlAnswers[P] }
    },
    /** Calls a part of the control API that acts on one run, or starts one. */
    async actOnRun(path: '' | `/${number}/${'again' | 'approve'}`, given: object) {
      const response = await fetch(`${url}/sandbox/api/runs${path}`, {
        method: 'POST',
        body: JSON.stringify(given),
      })
      return {
        status: response.status,
        body: (await response.json()) as Partial<ShownRun> & { error?: string },
      }
    },
    async close() {
      ci.stop()
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      store.close()
    },
  }
}

export type TestWorld = Awaited<ReturnType<typeof startWorld>>

export const botKey = CREDENTIALS.awsAccessKeyId
export const adminKey = ADMIN_ACCESS_KEY_ID
export const botToken = CREDENTIALS.githubToken
