import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type View, wordsOf } from '#test/support/person'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { messageModal } from '#views/message-modal'
import { createModalScreen, type ModalScreen } from '../../commands/modal-screen.ts'

describe('a modal that two processes draw', () => {
  let workspace: Workspace
  /** What the modal would show now. */
  let newest = 'opened'
  let screens: [ModalScreen, ModalScreen]
  /** Draws over everything, as after an answer that was lost. */
  let withoutHash: ModalScreen
  beforeEach(async () => {
    workspace = await openWorkspace()
    const { operator, bot } = workspace
    await operator.type('/rotation start')
    const { id, hash } = (await operator.modal('start')) as View & { hash: string }
    const open = (known: string) =>
      createModalScreen(bot.context, { viewId: id, hash: known }, async () => view())
    screens = [open(hash), open(hash)]
    withoutHash = open('')
  })
  afterEach(() => workspace.close())

  const view = () => messageModal('Test', newest)
  const words = async () => wordsOf(await workspace.operator.views())

  it('shows what happened last, whichever of them saw it', async () => {
    for (const [index, text] of ['one', 'two', 'three', 'four'].entries()) {
      newest = text
      await screens[index % 2 === 0 ? 0 : 1].show(view())
      expect(await words()).toContain(text)
    }
  })

  it('shows nothing older in the end, although one draws what it read before the other one’s change', async () => {
    newest = 'before'
    const older = view()
    newest = 'after'
    await screens[0].show(view())
    await withoutHash.show(older)
    expect(await words()).toContain('after')
  })

  it('is left alone once it is closed', async () => {
    const { operator } = workspace
    for (const each of await operator.views()) await operator.close(each)
    newest = 'too late'
    await screens[0].show(view())
    await expect.poll(() => screens[0].isOpen()).toBe(false)
    expect(await operator.views()).toEqual([])
  })
})
