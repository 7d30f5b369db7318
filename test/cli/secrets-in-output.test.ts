import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { SANDBOX_VARIABLES } from '#test/support/sandbox-variables'

/** No two share a part. */
const SECRETS = {
  SLACK_BOT_TOKEN: 'xoxb-7Qm2Lr9Vb4Tz6Kx8',
  SLACK_APP_TOKEN: 'xapp-3Hd5Wp1Yc8Nf0Gs2',
  GITHUB_TOKEN: 'ghp_4Jv7Bt2Rk9Xe1Mq6',
  PAGERDUTY_ROUTING_KEY: 'R0aP9uD3kZ7xQ1mV5tB8nL2cW6yH4sFe',
  PAGERDUTY_API_TOKEN: 'u+8Zk3Qw5Lx9Tn1Vr7Pd',
  JIRA_API_TOKEN: 'ATATT6Fc0Xs4Ub8Io2Ey',
  AWS_SECRET_ACCESS_KEY: 'wJ4l/rX0tn2FEMIK7MDENG3bPx',
  AWS_SESSION_TOKEN: 'FwoG1ZXIvYX5dzEB8aDKc2',
  VAULT_TOKEN: 'hvs.9CAe5SIJ1kd7Wq3Zv0',
}
const PASSWORD = 'p4ss0Word/Of1The2Url'

const partsOf = (secret: string) =>
  Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8))

/** What came out of any secret, as it is, or in base64. */
const leaksIn = (output: string): string[] => {
  const words = output.match(/[\w+/=-]{12,}/g) ?? []
  const decoded = words.flatMap((word) =>
    [0, 1, 2, 3].map((from) => Buffer.from(word.slice(from), 'base64').toString('latin1')),
  )
  const all = [output, urlDecoded(output), ...decoded].join('\n')
  return [...Object.values(SECRETS), PASSWORD].flatMap(partsOf).filter((part) => all.includes(part))
}

const urlDecoded = (given: string) =>
  given.replace(/%[0-9A-Fa-f]{2}/g, (sign) => String.fromCharCode(Number.parseInt(sign.slice(1), 16)))

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const part of request) body += String(part)
  return body
}

/** A server whose every answer is a failure that repeats what it was sent. */
function createParrot(status: number): Server {
  return createServer(async (request, response) => {
    const { headers, url } = request
    const said = `${JSON.stringify(headers)} ${await bodyOf(request)} ${url} ${Buffer.from(
      headers.authorization?.split(' ')[1] ?? '',
      'base64',
    )}`
    response.writeHead(status, { 'content-type': 'application/json', 'x-said': encodeURIComponent(said) })
    response.end(
      JSON.stringify({
        ok: false,
        error: said,
        message: said,
        errors: [said],
        errorMessages: [said],
        errorType: 'bad_data',
        status: 'error',
        __type: 'SomeException',
      }),
    )
  })
}

describe.each([200, 400, 403])('with systems that repeat in an answer %d what they were sent', (status) => {
  const server = createParrot(status)
  const folder = mkdtempSync(join(tmpdir(), 'rotation-parrot-'))
  let variables: Record<string, string>
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    variables = {
      ...SANDBOX_VARIABLES,
      ...SECRETS,
      SLACK_API_URL: `${url}/api/`,
      GITHUB_API_URL: url,
      PAGERDUTY_EVENTS_URL: url,
      PAGERDUTY_API_URL: url,
      JIRA_BASE_URL: url,
      JIRA_EMAIL: 'bot@flashfusion.test',
      PROMETHEUS_URL: `http://bot:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      VAULT_ADDR: url,
      DATABASE_URL: `file:${join(folder, 'rotation.db')}`,
      NODE_ENV: 'production',
      LOG_LEVEL: 'trace',
    }
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (script: string, args: string[], more: Record<string, string> = {}) =>
    new Promise<string>((resolve) => {
      const file = fileURLToPath(new URL(`../../src/${script}.ts`, import.meta.url))
      const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables, ...more }
      execFile(process.execPath, [file, ...args], { env, timeout: 15_000 }, (_, stdout, stderr) =>
        resolve(`${stdout}\n${stderr}`),
      )
    })
  const withVault = () => {
    const path = join(folder, 'vault.yml')
    const given = readFileSync(SANDBOX_VARIABLES.ROTATION_CONFIG ?? '', 'utf8')
    writeFileSync(
      path,
      given.replace(/^secrets:.*(?:\n +.*)*/m, '').concat('\nsecrets: { manager: vault }\n'),
    )
    return path
  }

  it('neither the doctor nor its log shows a part of a credential', async () => {
    const output = await run('cli/main', ['doctor'])
    expect(output).toContain('GitHub')
    expect(leaksIn(output)).toEqual([])
  })

  it('nor with Vault', async () => {
    const output = await run('cli/main', ['doctor'], { ROTATION_CONFIG: withVault() })
    expect(output).toMatch(/Vault|flashfusion\//)
    expect(leaksIn(output)).toEqual([])
  })

  it('nor does the bot that ends, or waits for Slack', async () => {
    const output = await run('main', [])
    expect(output).toMatch(/cannot start|the start waits/)
    expect(leaksIn(output)).toEqual([])
  })
})

it('a credential of two lines ends the bot with 78 before it sends anything', async () => {
  const value = `${SECRETS.GITHUB_TOKEN}\nsecond-line-8Xy7`
  const file = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const env = {
    PATH: process.env.PATH,
    ...COMPILE_CACHE,
    ...SANDBOX_VARIABLES,
    NODE_ENV: 'production',
    GITHUB_TOKEN: value,
  }
  const ended = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [file], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code, output: stdout + stderr }),
    )
  })
  expect(ended.code).toBe(78)
  expect(ended.output).toContain('GITHUB_TOKEN has more than one line')
  expect(partsOf(value).filter((part) => ended.output.includes(part))).toEqual([])
})
