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
export async function findState(context: Context, label: string | undefined): Promise<RotationState> {
  const state = await loadState(context, context.db, rotationIdOf(label))
  if (!state) throw new Refusal('unknown-rotation', { label: label ?? '' })
  return state
}

/**
 * The id in a label; whether there is such a rotation is for the operation to say.
 *
 * @throws Refusal `unknown-rotation` when it is no label
 */
export function rotationIdOf(label = ''): number {
  const id = parseRotationLabel(label)
  if (id === null) throw new Refusal('unknown-rotation', { label })
  return id
}
