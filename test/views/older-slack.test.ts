import type { ModalView } from '@slack/types'
import { describe, expect, it } from 'vitest'
import { validateView } from '#sandbox/slack/blocks/validate'
import { wordsOf } from '#test/support/read-view'
import { aFinishedState, anException, aState, NOW, names } from '#test/support/rotation-builder'
import { hasNewerBlocks, withoutNewerBlocks } from '#views/older-slack'
import { signOffModal } from '#views/sign-off-modal'
import { stepModal } from '#views/step-modal'
import { withWorkWarning } from '#views/work-warning'

const typesOf = ({ blocks }: ModalView): string[] =>
  blocks.map((block) => (block.type === 'input' && 'element' in block ? block.element.type : block.type))

describe('a modal for a Slack without the newer blocks', () => {
  const excepted = signOffModal(
    aFinishedState({ rotation: { done: 5, exceptions: [anException()] } }),
    { role: 'devops-lead' },
    names,
    NOW,
  )
  const warned = withWorkWarning(stepModal(aState(), 'inventory-review', names, NOW), ['devops-lead'])

  it('says the same in blocks that every Slack has', () => {
    for (const view of [excepted, warned]) {
      expect(typesOf(view)).toContain('alert')
      expect(hasNewerBlocks(view)).toBe(true)
      const older = withoutNewerBlocks(view)
      expect(hasNewerBlocks(older)).toBe(false)
      expect(typesOf(older)).not.toContain('alert')
      expect(validateView(older, 'modal')).toEqual([])
    }
    expect(wordsOf(withoutNewerBlocks(excepted))).toBe(wordsOf(excepted))
  })

  it('has no field for files, and all others', () => {
    const fields = typesOf(warned).filter((type) => type !== 'alert' && type !== 'section')
    const older = typesOf(withoutNewerBlocks(warned)).filter((type) => type !== 'section')
    expect(fields.filter((type) => type !== 'file_input')).toEqual(older)
    expect(fields).toContain('file_input')
  })

  it('shows exceptions in an alert before anything that passed', () => {
    expect(typesOf(excepted).slice(0, 3)).toEqual(['section', 'alert', 'section'])
    expect(wordsOf(excepted)).toMatch(/1 exception/)
  })
})
