import { findRotation } from '#db/queries/rotations'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { shortName } from '#views/words'

/** The rotation's name for lines in its thread, with `INCIDENT` or `DRILL`. */
export async function rotationName({ db }: Pick<Context, 'db'>, rotationId: number): Promise<string> {
  const rotation = await findRotation(db, rotationId)
  return rotation ? shortName(rotation) : rotationLabel(rotationId)
}
