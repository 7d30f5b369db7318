import type { CheckId } from '#domain/rotation/checks'
import { Refusal } from '#domain/rotation/refusal'
import { parseRotationLabel } from '#domain/rotation/rotation'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import type { RotationState } from '#views/state'

/**
 * The rotation that a label, a button's value or a modal's metadata names.
 *
 * @throws Refusal `unknown-rotation`
 */
export async function findState(
  context: Context,
  label: string | undefined,
  running: CheckId[] = [],
): Promise<RotationState> {
  const id = parseRotationLabel(label ?? '')
  const state = id === null ? undefined : await loadState(context, context.db, id, running)
  if (!state) throw new Refusal('unknown-rotation', { label: label ?? '' })
  return state
}
