import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { acknowledge, standDown } from '#operations/answer-escalation'
import { parseEscalationValue } from '#views/ids'
import type { ButtonHandler } from './button.ts'

/** `acknowledge` on an escalation, for people on call and operators. */
export const acknowledgeEscalation: ButtonHandler = async ({ value, user }, context) => {
  await assertMay(context, { user, action: 'answer-escalation' })
  await acknowledge(context, escalationId(value), { by: user, via: 'slack' })
}

/** `stand-down`: resolves an escalation that a person opened. */
export const standDownEscalation: ButtonHandler = async ({ value, user }, context) => {
  await assertMay(context, { user, action: 'answer-escalation' })
  await standDown(context, escalationId(value), { by: user, reason: 'marked as resolved' })
}

function escalationId(value: string): number {
  const id = parseEscalationValue(value)
  if (id === null) throw new Refusal('unknown-escalation', {})
  return id
}
