import type { NewJob } from '#domain/ports/outbox-job'

/** For so long an edit that was given up may be on its way, and arrive after a newer one, in milliseconds. */
const LATE_EDIT_MS = 10_000

/**
 * Queues an edit once more, so that the message shows the current state whatever an edit that was given up made of it.
 *
 * @param edit of the same message; its key differs from those of other edits
 */
export const editAgainJob = (edit: NewJob): NewJob => ({
  kind: 'edit-again',
  key: `again:${edit.key}`,
  rotationId: edit.rotationId,
  // Of its own, because other edits must not wait for it; then the edit is among them, in order.
  orderingKey: `again:${edit.collapseKey ?? edit.orderingKey}`,
  collapseKey: `again:${edit.collapseKey ?? edit.orderingKey}`,
  payload: { edit },
  waitMs: LATE_EDIT_MS,
})
