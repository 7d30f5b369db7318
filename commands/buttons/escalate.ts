import { Refusal } from '#domain/rotation/refusal'
import { escalate } from '#operations/escalate'
import { findState } from '../find-state.ts'
import type { ButtonHandler } from './button.ts'

/** Everyone with a role in rotations may escalate; nobody else may notify on-call. */
export const escalateNow: ButtonHandler = async ({ value: label, user }, context) => {
  const allowed = await Promise.all(
    (['respond', 'devops-lead', 'ai-ops-owner'] as const).map((permission) =>
      context.people.may(user, permission),
    ),
  )
  if (!allowed.includes(true)) throw new Refusal('not-allowed', { what: 'operate' })
  const { rotation } = await findState(context, label)
  await escalate(context, rotation.id, user, '')
}
