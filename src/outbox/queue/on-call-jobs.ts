import type { Escalation } from '#domain/on-call/escalation'
import type { JobPayloads, NewJob } from '#domain/ports/outbox-job'
import { rotationLabel } from '#domain/rotation/rotation'
import { rotationOrder } from './ordering-keys.ts'

type EscalationName = Pick<Escalation, 'id' | 'rotationId'>

const subjectOf = ({ rotationId }: EscalationName): string =>
  rotationId === null ? 'tokens' : rotationLabel(rotationId)

/** Sends an event to the pager. Its own ordering key: no other system delays a page. */
export const pageJob = (escalation: EscalationName, action: JobPayloads['page']['action']): NewJob => ({
  kind: 'page',
  key: `page:${escalation.id}:${action}`,
  rotationId: escalation.rotationId,
  orderingKey: `pager:${subjectOf(escalation)}`,
  collapseKey: null,
  payload: { escalation: escalation.id, action },
})

/** Resolves a page once more. Its own ordering key: a page that comes next does not wait for it. */
export const pageResolvedAgainJob = (escalation: EscalationName, waitMs: number): NewJob => ({
  ...pageJob(escalation, 'resolve'),
  key: `page:${escalation.id}:resolve-again`,
  orderingKey: `pager-again:${escalation.id}`,
  waitMs,
})

/** Posts the escalation message. */
export const escalationJob = (escalation: EscalationName): NewJob => ({
  kind: 'escalation',
  key: `escalation:${escalation.id}`,
  rotationId: escalation.rotationId,
  orderingKey: escalation.rotationId === null ? 'slack:tokens' : rotationOrder(escalation.rotationId),
  collapseKey: null,
  payload: { escalation: escalation.id },
})

/** Edits the escalation message; waiting edits collapse into the newest. */
export const escalationEditJob = (escalation: EscalationName, cause: string): NewJob => ({
  ...escalationJob(escalation),
  key: `escalation:${escalation.id}:${cause}`,
  orderingKey: `escalation:${escalation.id}`,
  collapseKey: `escalation:${escalation.id}`,
})
