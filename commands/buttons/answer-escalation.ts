import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { acknowledge, standDown } from '#operations/answer-escalation'
import { parseEscalationValue } from '#views/ids'
import type { ButtonHandler } from './button.ts'

/** `acknowledge` where on-call was called: people on call and operators say that they have it. */
export const acknowledgeEscalation: ButtonHandler = async ({ value, user }, context) => {
  await assertMay(context, { user, action: 'answer-escalation' })
  await acknowledge(context, escalationId(value), { by: user, via: 'slack' })
}

/** `stand-down`: whoever was called by a person says that it is dealt with. */
export const standDownEscalation: ButtonHandler = async ({ value, user }, context) => {
  await assertMay(context, { user, action: 'answer-escalation' })
  await standDown(context, escalationId(value), { by: user, reason: 'it is dealt with' })
}

function escalationId(value: string): number {
  const id = parseEscalationValue(value)
  if (id === null) throw new Refusal('unknown-escalation', {})
  return id
}
