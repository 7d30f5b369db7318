import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'
import { type CountingProxy, createCountingProxy } from '#test/support/counting-proxy'

const HOSTS: Record<string, string> = {
  SLACK_API_URL: 'slack.test',
  GITHUB_API_URL: 'github.test',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: 'aws.test',
  PAGERDUTY_API_URL: 'pager.test',
  PROMETHEUS_URL: 'prometheus.test',
}

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Names under `.test` exist nowhere: whoever does not ask the proxy fails. */
describe('behind a proxy', () => {
  let sandbox: Sandbox
  let proxy: CountingProxy
  let folder: string
  let variables: Record<string, string>

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-proxy-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
    proxy = await createCountingProxy(sandbox.url)
    const renamed = Object.entries(HOSTS).map(([name, host]) => [
      name,
      (sandbox.env[name] ?? '').replace(/^http:\/\/[^/]+/, `http://${host}`),
    ])
    variables = {
      ...sandbox.env,
      ...Object.fromEntries(renamed),
      DATABASE_URL: `file:${join(folder, 'rotation.db')}`,
      LOG_LEVEL: 'warn',
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
    }
  })
  afterAll(async () => {
    await proxy.close()
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('every client asks the proxy, the websocket too', async () => {
    const bot = startBotProcess(variables)
    await bot.ready
    // The sandbox gives its own address for the websocket.
    expect([...proxy.counts.keys()]).toContain(new URL(sandbox.url).host)
    bot.kill('SIGTERM')
    expect(await bot.ended).toBe(0)
    const doctor = spawn(process.execPath, [CLI, 'doctor'], {
      env: { PATH: process.env.PATH, ...variables },
      stdio: 'ignore',
    })
    await new Promise((resolve) => doctor.once('exit', resolve))
    expect([...proxy.counts.keys()]).toEqual(expect.arrayContaining(Object.values(HOSTS)))
  })

  it('a host in NO_PROXY is asked directly', async () => {
    const bot = startBotProcess({ ...variables, NO_PROXY: 'slack.test' })
    expect(await bot.ended).toBe(1)
    expect(bot.stderr()).toMatch(/SLACK_BOT_TOKEN: Slack: it cannot be reached \(.*slack\.test/)
    expect(bot.stderr()).not.toContain('undefined')
  })
})
