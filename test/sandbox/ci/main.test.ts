import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { adminKey } from '../aws/test-world.ts'

const MAIN = fileURLToPath(new URL('../../../sandbox/main.ts', import.meta.url))
let folder: string
let children: ChildProcess[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function run(port: string, ...flags: string[]) {
  const env = { ...process.env, ...COMPILE_CACHE, SANDBOX_PORT: port }
  const child = spawn(process.execPath, [MAIN, ...flags], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  const ready = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk
      if (output.stderr.includes('Ctrl+C')) resolve()
    })
  })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, output, ready: Promise.race([ready, exit]), exit }
}

const variables = (stdout: string) =>
  Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  )

test.each(['abc', '-1', '70000', '80.5'])('the port %s is refused with exit 78', async (port) => {
  const { exit, output } = run(port)
  expect(await exit).toBe(78)
  expect(output.stderr).toContain('SANDBOX_PORT')
  expect(output.stderr).not.toContain('    at ')
  expect(output.stdout).toBe('')
})

test('an unknown flag is refused with exit 78', async () => {
  const { exit, output } = run('0', '--frsh')
  expect(await exit).toBe(78)
  expect(output.stderr).toContain("'--frsh'")
})

test('stdout has only the variables; SIGTERM ends it with exit 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, ready, exit, output } = run('0')
    await ready
    for (const line of output.stdout.trimEnd().split('\n')) expect(line).toMatch(/^[A-Z_]+=[^"'\s]+$/)
    expect(output.stderr).toContain(new URL(variables(output.stdout).GITHUB_API_URL!).origin)
    child.kill(signal)
    expect(await exit).toBe(0)
  }
})

test('a port in use is refused with exit 78 and leaves the other sandbox’s state alone', async () => {
  const first = run('0')
  await first.ready
  await note(first)
  const { port } = new URL(variables(first.output.stdout).GITHUB_API_URL!)
  const second = run(port, '--fresh')
  expect(await second.exit).toBe(78)
  expect(second.output.stderr).toMatch(new RegExp(`^Port ${port} is in use\\..*SANDBOX_PORT`))
  first.child.kill('SIGKILL')
  await first.exit
  expect((await tagsAfter(run('0')))[0]).toHaveProperty('note', 'kept')
})

test('the state survives a kill; --fresh starts over', async () => {
  const first = run('0')
  await first.ready
  await note(first)
  first.child.kill('SIGKILL')
  await first.exit
  expect((await tagsAfter(run('0')))[0]).toHaveProperty('note', 'kept')
  expect((await tagsAfter(run('0', '--fresh')))[0]).not.toHaveProperty('note')
})

async function note({ output }: ReturnType<typeof run>): Promise<void> {
  const given = variables(output.stdout)
  const client = new SecretsManagerClient({
    endpoint: given.AWS_ENDPOINT_URL_SECRETS_MANAGER!,
    region: given.AWS_REGION!,
    credentials: { accessKeyId: adminKey, secretAccessKey: 'x' },
  })
  const SecretId = 'flashfusion/production/orchestrator/capability-token'
  await client.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'note', Value: 'kept' }] }))
}

async function tagsAfter(sandbox: ReturnType<typeof run>): Promise<Record<string, string>[]> {
  await sandbox.ready
  const { origin } = new URL(variables(sandbox.output.stdout).GITHUB_API_URL!)
  const secrets = (await (await fetch(`${origin}/sandbox/api/secrets`)).json()) as {
    tags: Record<string, string>
  }[]
  sandbox.child.kill('SIGTERM')
  await sandbox.exit
  return secrets.map((secret) => secret.tags)
}
