import type { NewJob } from '#domain/ports/outbox-job'
import { type BreakGlass, rotationLabel } from '#domain/rotation/rotation'
import { rotationOrder } from './ordering-keys.ts'

/** Asks the approvers to acknowledge a request; there is one in a round at most. */
export const breakGlassJob = (rotationId: number, request: BreakGlass): NewJob => ({
  kind: 'break-glass',
  key: `break-glass:${rotationLabel(rotationId)}:${request.round}`,
  rotationId,
  orderingKey: rotationOrder(rotationId),
  collapseKey: null,
  payload: { request },
})

/**
 * Edits that message to what applies now; waiting edits collapse into the newest.
 *
 * @param cause what makes this edit unlike others, such as the rotation's version
 */
export const breakGlassEditJob = (rotationId: number, request: BreakGlass, cause: string): NewJob => ({
  kind: 'break-glass',
  key: `break-glass:${rotationLabel(rotationId)}:edit:${cause}`,
  rotationId,
  orderingKey: rotationOrder(rotationId),
  collapseKey: `break-glass:${rotationLabel(rotationId)}:${request.round}`,
  payload: { request, edit: true },
})
