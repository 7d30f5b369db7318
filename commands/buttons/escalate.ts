import { assertMay } from '#authorization/authorize'
import { escalate } from '#operations/escalate'
import { rotationIdOf } from '../find-state.ts'
import type { ButtonHandler } from './button.ts'

/** Everyone with a role in rotations may escalate; nobody else may notify on-call. */
export const escalateNow: ButtonHandler = async ({ value: label, user }, context) => {
  await assertMay(context, { user, action: 'escalate' })
  await escalate(context, rotationIdOf(label), user, '')
}
