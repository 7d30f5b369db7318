import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLogRows } from '#domain/rotation/log-file'
import { type CuttingProxy, createCuttingProxy } from '#test/support/cutting-proxy'
import { wordsOf } from '#test/support/person'
import { completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const VIA_PROXY = ['SLACK_API_URL', 'GITHUB_API_URL']

/** What was done, but never answered, must not be done again: not by the outbox, and not by a client's own retry. */
describe('a connection that is cut after the other system did its part', () => {
  let workspace: Workspace
  let proxy: CuttingProxy
  let label: string

  beforeAll(async () => {
    workspace = await openWorkspace({
      async connect(env) {
        proxy = await createCuttingProxy(new URL(env.SLACK_API_URL ?? '').origin)
        const entries = Object.entries(env).map(([name, value]) => [
          name,
          VIA_PROXY.includes(name) ? value.replace(/^http:\/\/[^/]+/, proxy.url) : value,
        ])
        return Object.fromEntries(entries)
      },
    })
  })
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const cards = async () =>
    (await workspace.operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')

  it('leaves one card', async () => {
    proxy.cutNext(/POST .*chat\.postMessage/)
    label = await start(workspace.operator, { scope: ['environment:staging'] })
    await expect.poll(proxy.cuts).toBe(1)
    const open = () =>
      workspace.bot.context.db.selectFrom('outboxJobs').select('key').where('doneAt', 'is', null).execute()
    await expect.poll(open, { timeout: 10_000 }).toEqual([])
    expect(await cards()).toHaveLength(1)
  })

  it('leaves a card that shows what happened before it was found', async () => {
    const fails = (on: boolean) => workspace.operator.post('faults', { id: 'slack-history-fails', on })
    const before = proxy.cuts()
    await fails(true)
    proxy.cutNext(/POST .*chat\.postMessage/)
    const other = await start(workspace.operator, { scope: ['environment:sandbox'] })
    await expect.poll(proxy.cuts).toBe(before + 1)
    await workspace.operator.type(`/rotation abort ${other}`)
    await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'not needed' })
    // Only the posting is left to do, and what comes after it.
    const openKinds = async () => {
      const { db } = workspace.bot.context
      const jobs = await db
        .selectFrom('outboxJobs')
        .select('orderingKey')
        .where('doneAt', 'is', null)
        .execute()
      return [...new Set(jobs.map(({ orderingKey }) => orderingKey))]
    }
    await expect.poll(openKinds, { timeout: 10_000 }).toEqual([`slack:${other}`])
    await fails(false)
    const said = async () => wordsOf(await workspace.operator.card(other))
    await expect.poll(said, { timeout: 15_000 }).toContain('not needed')
  })

  it('uploads the token list once', async () => {
    proxy.cutNext(/POST .*files\.completeUploadExternal/)
    await completeStep(workspace.operator, label, 'inventory-review')
    expect(proxy.cuts()).toBe(3)
    const card = await workspace.operator.card(label)
    const files = (await workspace.operator.thread(card.ts)).flatMap((each) => each.files ?? [])
    expect(files.map((file) => file.name)).toEqual([expect.stringMatching(/^R1-tokens-[0-9a-f]{12}\.csv$/)])
  })

  it('starts one run', async () => {
    await completeStep(workspace.operator, label, 'automation-health')
    const view = await openStep(workspace.operator, label, 'rotation-execution')
    proxy.cutNext(/POST .*\/dispatches/, 502)
    await workspace.operator.press(view, 'start-workflow')
    await workspace.operator.card(label, '3 of 3')
    expect(proxy.cuts()).toBe(4)
    const runs = await workspace.operator.get<{ title: string }[]>('runs')
    expect(runs.filter((run) => run.title === 'agents:rotate-tokens R1')).toHaveLength(1)
    const secrets = await workspace.operator.get<{ name: string; versions: unknown[] }[]>('secrets')
    const staging = secrets.filter((secret) => secret.name.includes('/staging/'))
    expect(staging.map((secret) => secret.versions.length)).toEqual([3, 3, 3])
    await workspace.operator.close(view)
  })

  it('commits one entry', async () => {
    proxy.cutNext(/PUT .*\/contents\//)
    await workspace.operator.type(`/rotation abort ${label}`)
    await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'seen enough' })
    const said = async () => wordsOf(await workspace.operator.card(label))
    await expect.poll(said, { timeout: 15_000 }).toContain('|rotation log>')
    expect(proxy.cuts()).toBe(5)
    const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
      'repository',
    )
    const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    const own = readLogRows(log).filter((row) => row.rotation === label)
    expect(own.map((row) => row.event)).toEqual(['aborted'])
  })
})
