import type { Instant } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

const HOUR = 3_600_000

/** Until when the promotion gate waits for the signatures after a break-glass or a rollback: as long as they may take. */
export const gateOpenUntil = ({ escalation }: Pick<Context['config'], 'escalation'>, at: Instant): Instant =>
  new Date(Date.parse(at) + escalation['sign-off-hours'] * HOUR).toISOString()
