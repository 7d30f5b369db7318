import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultId } from '#sandbox/faults'
import { createFaultyGithub, type FaultyGithub } from '#test/support/faulty-github'
import { eventually, wordsOf } from '#test/support/person'
import { completeStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DISPATCH = /POST .*\/dispatches/
/** Headers of a primary rate limit that ends in so many seconds. */
const primary = (seconds: number) => ({
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + seconds),
})

describe('a bot whose calls GitHub does not answer', () => {
  let workspace: Workspace
  let github: FaultyGithub
  let label: string
  beforeEach(async () => {
    workspace = await openWorkspace({
      async connect(env) {
        github = await createFaultyGithub(env.GITHUB_API_URL ?? '')
        return { ...env, GITHUB_API_URL: github.url }
      },
    })
    label = await start(workspace.operator, { scope: ['environment:staging'] })
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
  })
  afterEach(async () => {
    await workspace.close()
    await github.close()
  })

  const startWorkflow = async () => {
    const view = await openStep(workspace.operator, label, 'rotation-execution')
    await workspace.operator.press(view, 'start-workflow')
    return view
  }
  const dispatches = () => github.calls.filter((call) => DISPATCH.test(call)).length
  const runs = async () =>
    (await workspace.operator.get<{ title: string }[]>('runs')).filter((run) => run.title.includes(label))

  describe('while it limits them', () => {
    const jobs = () => workspace.bot.context.db.selectFrom('outboxJobs').selectAll()
    const dispatchJob = () => jobs().where('kind', '=', 'workflow-dispatch').executeTakeFirstOrThrow()

    it('starts nothing after an abort, also when the limit is over', async () => {
      github.refuse(DISPATCH, 403, primary(4))
      const view = await startWorkflow()
      await eventually(async () => dispatches() === 1, 'the refused dispatch')
      await workspace.operator.close(view)
      await workspace.operator.type(`/rotation abort ${label}`)
      const form = await workspace.operator.modal('abort')
      expect((await workspace.operator.submit(form, { reason: 'not today' })).errors).toBeUndefined()
      github.refuse(null)
      await eventually(async () => (await dispatchJob()).state === 'done', 'the end of the limit')
      expect(JSON.parse((await dispatchJob()).resultJson ?? '')).toEqual({ skipped: 'no longer wanted' })
      expect(dispatches()).toBe(1)
      expect(await runs()).toEqual([])
      // What happened is still written.
      await eventually(
        async () =>
          (await jobs().where('kind', '=', 'log-entry').execute()).every((job) => job.state === 'done'),
        'the log entry',
      )
    }, 60_000)

    it('says on the card until when, lets everything else go on, and goes on by itself', async () => {
      github.refuse(DISPATCH, 403, primary(40 * 60))
      const view = await startWorkflow()
      const card = await workspace.operator.card(label, 'GitHub limits calls')
      expect(wordsOf(card)).toMatch(/start of the workflow: GitHub limits calls until <!date/)
      const sent = github.calls.length
      await workspace.operator.close(view)

      // Another rotation, its card and its thread are not held up; nothing more is sent to GitHub.
      const other = await start(workspace.operator, { scope: ['environment:sandbox'] })
      expect(wordsOf(await workspace.operator.card(other))).toContain(other)
      const running = await jobs().where('state', '=', 'running').execute()
      expect(running.filter((job) => job.kind === 'workflow-dispatch')).toEqual([])
      expect(github.calls.length).toBe(sent)
      const { nextAt, limitedUntil } = await dispatchJob()
      expect(nextAt).toBeGreaterThan(Date.now() + 35 * 60_000)
      expect(Date.parse(limitedUntil ?? '')).toBeGreaterThan(
        Date.parse(workspace.bot.context.clock.now()) + 35 * 60_000,
      )
    }, 60_000)

    it('goes on after the end of the limit without a person', async () => {
      github.refuse(DISPATCH, 429, { 'retry-after': '2' })
      await startWorkflow()
      await workspace.operator.card(label, 'GitHub limits calls')
      github.refuse(null)
      await workspace.operator.card(label, '3 of 3')
      expect(await runs()).toHaveLength(1)
      expect(dispatches()).toBe(2)
    }, 60_000)

    it('does not take a run for lost that waits for the end of a limit', async () => {
      github.refuse(DISPATCH, 403, primary(5))
      await startWorkflow()
      await workspace.operator.card(label, 'GitHub limits calls')
      await workspace.operator.post('clock', { advanceMs: 20 * 60_000 })
      github.refuse(null)
      await workspace.operator.card(label, '3 of 3')
      expect(await runs()).toHaveLength(1)
    }, 60_000)
  })

  describe('after a dispatch whose answer is lost', () => {
    const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
    const advance = (seconds: number) => workspace.operator.post('clock', { advanceMs: seconds * 1_000 })
    const looks = () => github.calls.filter((call) => /GET .*\/workflows\/.*\/runs/.test(call)).length
    const lookAgain = async () => {
      const before = looks()
      await eventually(async () => looks() > before + 1, 'another look for the run')
    }
    const startDispatched = async () => {
      const view = await startWorkflow()
      await eventually(async () => dispatches() === 1, 'the dispatch')
      return view
    }

    it.each(['dispatch-unanswered', 'connection'])(
      'starts one run, however late it is listed (%s)',
      async (how) => {
        await fault('runs-listed-late', true)
        if (how === 'connection') github.lose(DISPATCH)
        else await fault('dispatch-unanswered', true)
        await startDispatched()
        await fault('dispatch-unanswered', false)
        github.lose(null)
        const card = await workspace.operator.card(label, 'its run is looked for until')
        expect(wordsOf(card)).toContain('start of the workflow')
        await advance(30)
        await lookAgain()
        expect(dispatches()).toBe(1)
        await advance(180)
        await workspace.operator.card(label, '3 of 3')
        expect(dispatches()).toBe(1)
        expect(await runs()).toHaveLength(1)
      },
      60_000,
    )

    it('is never repeated by the bot where it may not list runs: a person starts it again', async () => {
      github.lose(DISPATCH)
      const view = await startDispatched()
      github.refuse(/GET .*\/runs\?/, 403, {}, 'Resource not accessible by personal access token')
      github.lose(null)
      await workspace.operator.close(view)
      await workspace.operator.card(label, 'start of the workflow')
      await advance(16 * 60)
      const job = await eventually(
        async () =>
          workspace.bot.context.db
            .selectFrom('outboxJobs')
            .selectAll()
            .where('kind', '=', 'workflow-dispatch')
            .where('state', '=', 'done')
            .executeTakeFirst(),
        'the run to be given up',
      )
      expect(JSON.parse(job.resultJson ?? '')).toEqual({ runId: null })
      expect(dispatches()).toBe(1)
    }, 60_000)
  })
})
