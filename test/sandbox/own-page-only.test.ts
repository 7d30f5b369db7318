import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSandboxHost, refuses } from '#sandbox/own-page-only'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'

describe('who may talk to the sandbox', () => {
  it.each([
    ['its own page', '127.0.0.1:3210', 'http://127.0.0.1:3210', null],
    ['its own page by name', 'localhost:3210', 'http://localhost:3210', null],
    ['a program', '127.0.0.1:3210', undefined, null],
    ['another container', 'sandbox:3210', undefined, null],
    ['another site', '127.0.0.1:3210', 'https://evil.example', 'own page only'],
    ['another port', '127.0.0.1:3210', 'http://127.0.0.1:8080', 'own page only'],
    ['a page without an origin', '127.0.0.1:3210', 'null', 'own page only'],
    [
      'another site with a name for this address',
      'evil.example:3210',
      'http://evil.example:3210',
      'not the sandbox’s own',
    ],
    ['no host', undefined, undefined, 'not the sandbox’s own'],
  ])('%s', (_, host, origin, problem) => {
    const found = refuses({ host, origin }, 'sandbox')
    if (problem === null) expect(found).toBeNull()
    else expect(found).toContain(problem)
  })

  it.each([
    [undefined, null],
    ['', null],
    ['Sandbox', 'sandbox'],
    ['10.0.0.7', '10.0.0.7'],
  ])('reads SANDBOX_HOST %s', (text, host) => {
    expect(readSandboxHost(text)).toBe(host)
  })

  it.each(['http://x', 'a b', 'x:3210', '-'])('refuses SANDBOX_HOST %s', (text) => {
    expect(() => readSandboxHost(text)).toThrow('SANDBOX_HOST is')
  })
})

describe('the server', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterAll(() => sandbox.close())

  const statusOf = (path: string, headers: Record<string, string>): Promise<number | string> =>
    new Promise((resolve) => {
      const asked = request(`${sandbox.url}${path}`, { method: 'POST', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      asked.on('upgrade', () => resolve('upgraded'))
      asked.on('error', () => resolve('closed'))
      asked.end('{"user":"U0DEVOPSLEAD","channel":"C0FLASHFUSIONAI","text":"help"}')
    })

  it('answers its own page, and no other site', async () => {
    const json = { 'content-type': 'application/json' }
    expect(await statusOf('/sandbox/api/slack/command', { ...json, origin: sandbox.url })).toBe(200)
    expect(await statusOf('/sandbox/api/slack/command', { ...json, origin: 'https://evil.example' })).toBe(
      403,
    )
    expect(await statusOf('/sandbox/api/slack/command', { ...json, host: 'evil.example' })).toBe(403)
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', origin: 'https://evil.example' }
    expect(await statusOf('/slack/socket', upgrade)).toBe('closed')
  })
})
