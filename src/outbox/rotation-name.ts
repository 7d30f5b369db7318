import { findRotation } from '#db/queries/rotations'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { shortName } from '#views/words'

/** How a rotation is named in its thread: one of an incident or a drill is not taken for a routine one. */
export async function rotationName({ db }: Pick<Context, 'db'>, rotationId: number): Promise<string> {
  const rotation = await findRotation(db, rotationId)
  return rotation ? shortName(rotation) : rotationLabel(rotationId)
}
