import type { NewJob } from '#domain/ports/outbox-job'
import { rotationLabel } from '#domain/rotation/rotation'

/** Asks the secrets manager to rotate a secret. Each has its own ordering key, so that a refused one does not block the others. */
export const secretRotationJob = (
  rotationId: number,
  payload: { attempt: number; secret: string; versionId: string },
): NewJob => ({
  kind: 'secret-rotation',
  key: `rotate:${rotationLabel(rotationId)}:${payload.attempt}:${payload.secret}`,
  rotationId,
  orderingKey: `rotate:${rotationLabel(rotationId)}:${payload.secret}`,
  collapseKey: null,
  payload,
})
