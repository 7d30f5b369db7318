import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { runChecks } from '#operations/run-checks'
import type { FaultId } from '#sandbox/faults'
import { mergePull, pullsOf } from '#sandbox/github/pulls'
import { readText, repositoryOf } from '#sandbox/github/repository'
import { type CuttingProxy, createCuttingProxy } from '#test/support/cutting-proxy'
import { eventually, wordsOf } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const PATH = 'ops/capability-token-registry.yaml'

describe('the registry', () => {
  let workspace: Workspace
  let proxy: CuttingProxy
  beforeEach(async () => {
    workspace = await openWorkspace({
      async connect(env) {
        proxy = await createCuttingProxy(new URL(env.GITHUB_API_URL ?? '').origin)
        return { ...env, GITHUB_API_URL: `${proxy.url}/github` }
      },
    })
  })
  afterEach(async () => {
    await workspace.close()
    await proxy.close()
  })

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const pulls = () => pullsOf(workspace.sandbox.world).all()
  const branches = () => repositoryOf(workspace.sandbox.world).branches()

  /** What `/rotation registry` answers now. */
  const ask = async (person = workspace.operator): Promise<string> => {
    const before = (await person.messages()).length
    await person.type('/rotation registry')
    const answer = await eventually(
      async () => (await person.messages()).slice(before).find((each) => each.ephemeral),
      'an answer',
    )
    return wordsOf(answer)
  }

  it('is in order at first, and nobody but operators may ask', async () => {
    expect(await ask()).toContain('agree: 9 tokens')
    expect(await ask(workspace.bystander)).toContain('may not')
    expect(pulls()).toEqual([])
  }, 60_000)

  it('is compared in step 1: failed where it differs or is broken, unknown where it is out of reach', async () => {
    const label = await start(workspace.operator, { scope: ['environment:staging'] })
    expect(label).toBe('R1')
    const verdict = async () => {
      const results = await runChecks(workspace.bot.context, 1, 'inventory-review', 'bot')
      const found = results.find((each) => each.check === 'registry-in-sync')
      return `${found?.state}: ${found?.sentence}`
    }
    expect(await verdict()).toMatch(/^passed: 9 in the registry/)
    await fault('registry-drift', true)
    expect(await verdict()).toMatch(/^failed: .*research.*; the registry does not name/)
    await fault('registry-drift', false)
    await fault('registry-malformed', true)
    expect(await verdict()).toMatch(/^failed: The registry .* is not YAML/)
    await fault('registry-malformed', false)
    await fault('github-unavailable', true)
    expect(await verdict()).toMatch(/^unknown: .*503/)
    await fault('github-unavailable', false)
    await fault('secrets-access-denied', true)
    expect(await verdict()).toMatch(/^unknown: .*access denied/)
    await fault('secrets-access-denied', false)
    expect(await verdict()).toMatch(/^passed/)
  }, 60_000)

  it('that has drifted is proposed once, and in order when that is merged', async () => {
    await fault('registry-drift', true)
    const first = await ask()
    expect(first).toContain('differ in 2 places')
    expect(first).toMatch(/\|pull request>/)
    expect(await ask()).toContain('pull request>')
    expect(pulls()).toMatchObject([{ state: 'open', base: 'main' }])
    expect(branches()).toHaveLength(2)
    expect(pulls()[0]?.body).toContain('adds tool-runner/sandbox')
    expect(pulls()[0]?.body).toMatch(/sets the owner of .* to platform, it was research/)

    const [pull] = pulls()
    if (pull) mergePull(workspace.sandbox.world, pull)
    expect(await ask()).toContain('agree: 9 tokens')
    const text = readText(repositoryOf(workspace.sandbox.world), PATH) ?? ''
    expect(parseRegistry(text, PATH)).toHaveLength(9)
  }, 60_000)

  it('that has drifted again in the same way is proposed again, from the branch that was merged', async () => {
    const repository = repositoryOf(workspace.sandbox.world)
    await fault('registry-drift', true)
    const drifted = readText(repository, PATH)
    await ask()
    const [pull] = pulls()
    const head = repository.head(pull?.head)
    if (!pull || !head || drifted === undefined) throw new Error('no pull request')
    // Merged without a squash, so that the base has the branch's own commit, and the branch is left as it is.
    repository.branch('main', head)
    pullsOf(workspace.sandbox.world).put(String(pull.number), { ...pull, state: 'closed' })
    expect(await ask()).toContain('agree: 9 tokens')
    repository.commit({
      message: 'Undo',
      author: { login: 'operator', name: 'operator', email: 'operator@flashfusion.test' },
      changes: [{ path: PATH, content: Buffer.from(drifted) }],
    })
    expect(await ask()).toMatch(/\|pull request>/)
    expect(pulls().map((each) => each.state)).toEqual(['closed', 'open'])
  }, 60_000)

  it.each([
    ['the branch', /POST .*\/git\/refs/],
    ['the commit', /PUT .*\/contents\//],
    ['the pull request', /POST .*\/pulls/],
  ])(
    'is proposed once when the connection is cut after %s',
    async (_, pattern) => {
      await fault('registry-drift', true)
      proxy.cutNext(pattern)
      await ask()
      await expect.poll(async () => pulls().length, { timeout: 20_000 }).toBe(1)
      expect(proxy.cuts()).toBe(1)
      expect(branches()).toHaveLength(2)
      const repository = repositoryOf(workspace.sandbox.world)
      const own = repository.history(repository.head(branches()[1])).length - repository.commits().length
      expect(own).toBe(1)
      expect(await ask()).toContain('pull request>')
      expect(pulls()).toHaveLength(1)
    },
    60_000,
  )

  it('that is broken is reported with the line, and nothing is proposed', async () => {
    await fault('registry-malformed', true)
    expect(await ask()).toContain('is not YAML')
    expect(pulls()).toEqual([])
    await fault('registry-malformed', false)
    expect(await ask()).toContain('agree: 9 tokens')
  }, 60_000)

  it('says what it could not read, and proposes the rest', async () => {
    await fault('secrets-access-denied', true)
    const words = await ask()
    expect(words).toContain('could not be fully compared')
    expect(words).toContain('not read: flashfusion/staging/evaluator/capability-token: access denied')
    await fault('metadata-missing', true)
    const untagged = await ask()
    expect(untagged).toContain('lacks the tag owner')
    expect(untagged).toContain('fix it manually')
    expect(pulls()).toEqual([])
  }, 60_000)

  it('that does not exist is proposed whole', async () => {
    repositoryOf(workspace.sandbox.world).commit({
      message: 'Remove the registry',
      author: { login: 'operator', name: 'operator', email: 'operator@flashfusion.test' },
      changes: [{ path: PATH, content: null }],
    })
    expect(await ask()).toContain('does not exist yet')
    expect(pulls()).toMatchObject([{ title: 'Publish the capability token registry (9 tokens)' }])
    const repository = repositoryOf(workspace.sandbox.world)
    const sha = repository.treeOf(repository.head(pulls()[0]?.head)).get(PATH) ?? ''
    expect(parseRegistry(repository.blob(sha).toString('utf8'), PATH)).toHaveLength(9)
  }, 60_000)

  it('is answered about while GitHub is away, and proposed when it is back', async () => {
    await fault('registry-drift', true)
    proxy.cutNext(/POST .*\/pulls/, 503)
    expect(await ask()).toMatch(/pull request/)
    await expect.poll(async () => pulls().length, { timeout: 20_000 }).toBe(1)
  }, 60_000)
})
