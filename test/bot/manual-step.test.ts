import { describe, expect, it } from 'vitest'
import { findRotation } from '#db/queries/rotations'
import { wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace } from '#test/support/workspace'

describe('a manual step', () => {
  it('is recorded on top of the step that it belongs to, with when it was done', async () => {
    const workspace = await openWorkspace()
    try {
      const { operator } = workspace
      await operator.post('faults', { id: 'metadata-missing', on: true })
      const label = await start(operator, { scope: ['environment:sandbox', 'agent:tool-runner'] })
      await openStep(operator, label, 'inventory-review')
      const step = await checkedStep(operator, 'inventory-review')
      await operator.press(step, 'record-manual-step')
      const form = await operator.modal('manual-step')
      expect((await operator.views()).map((view) => view.callback_id)).toEqual([
        'inventory-review',
        'manual-step',
      ])
      const now = workspace.sandbox.clock.now().getTime() / 1_000
      const answers = { check: 'metadata-complete', notes: 'set the owner by hand' }
      const future = await operator.submit(form, { ...answers, done: String(Math.floor(now + 3_600)) })
      expect(future.errors?.done).toContain('in the future')
      const credential = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')
      const leaked = await operator.submit(form, { ...answers, commands: credential })
      expect(leaked.errors?.commands).toContain('looks like')
      const done = { ...answers, done: String(Math.floor(now - 3_600)), commands: 'tag owner=platform' }
      expect((await operator.submit(form, done)).errors).toBeUndefined()
      await expect
        .poll(async () => wordsOf(await operator.views()))
        .toContain('Overridden by operator: set the owner by hand')
      const [exception] = (await findRotation(workspace.bot.context.db, 1))?.exceptions ?? []
      expect(Date.parse(exception?.doneAt ?? '') / 1_000).toBe(Math.floor(now - 3_600))
      await operator.type(`/rotation show ${label}`)
      const shown = wordsOf(await operator.ephemeral('Manual step'))
      expect(shown).toContain('tag owner=platform')
    } finally {
      await workspace.close()
    }
  }, 60_000)
})
