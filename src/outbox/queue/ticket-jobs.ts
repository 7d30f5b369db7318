import type { JobPayloads, NewJob } from '#domain/ports/outbox-job'
import type { ChainHead } from '#domain/rotation/event-chain'
import { rotationLabel } from '#domain/rotation/rotation'

const TICKET_ORDER = 'ticket'

/** Reports to the ticket. The key marks the comment there. @param head the event that caused it */
export const ticketCommentJob = (
  rotationId: number,
  head: ChainHead,
  payload: JobPayloads['ticket-comment'],
): NewJob => ({
  kind: 'ticket-comment',
  key: `ticket:${rotationLabel(rotationId)}:${payload.event}:${head.count}:${head.hash.slice(0, 12)}`,
  rotationId,
  orderingKey: TICKET_ORDER,
  collapseKey: null,
  payload,
})
