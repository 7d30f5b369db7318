import { findRotation } from '#db/queries/rotations'
import type { Context } from '#src/context'
import { threadLead } from '#views/thread'

/** What a line in a rotation's thread begins with: its name where it is an incident or a drill. */
export async function rotationLead({ db }: Pick<Context, 'db'>, rotationId: number): Promise<string> {
  const rotation = await findRotation(db, rotationId)
  return rotation ? threadLead(rotation) : ''
}
