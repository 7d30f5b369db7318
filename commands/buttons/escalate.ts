import { Refusal } from '#domain/rotation/refusal'
import { escalate } from '#operations/escalate'
import { rotationIdOf } from '../find-state.ts'
import type { ButtonHandler } from './button.ts'

/** Everyone with a role in rotations may call for help; nobody else may page people. */
export const escalateNow: ButtonHandler = async ({ value: label, user }, context) => {
  const allowed = await Promise.all(
    (['respond', 'devops-lead', 'ai-ops-owner'] as const).map((permission) =>
      context.people.may(user, permission),
    ),
  )
  if (!allowed.includes(true)) throw new Refusal('not-allowed', { what: 'operate' })
  await escalate(context, rotationIdOf(label), user, '')
}
