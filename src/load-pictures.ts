import { findClosedRotations } from '#db/queries/closed-rotations'
import { findPicture } from '#db/queries/pictures'
import { findTokenAges } from '#db/queries/token-ages'
import type { Db } from '#db/schema'
import { sha256 } from '#rotation/evidence'
import type { Instant } from '#rotation/rotation'
import { rotationYear, yearBegin } from '#rotation/rotation-year'
import type { Picture, ShownPictures } from '#views/pictures/picture'
import { rotationYearPicture } from '#views/pictures/rotation-year'
import { tokenAgesPicture } from '#views/pictures/token-ages'

/** A picture of how things are now, and whether Slack has it already. */
export interface LoadedPicture extends Picture {
  digest: string
  /** Slack's file; null when it is not there. */
  fileId: string | null
  /** How often exactly this one was uploaded. */
  uploads: number
}

/** Every picture as it would be drawn now. */
export async function loadPictures(db: Db, now: Instant): Promise<LoadedPicture[]> {
  const reading = await findTokenAges(db)
  const closed = await findClosedRotations(db, yearBegin(now))
  const pictures = [
    reading ? tokenAgesPicture(reading.tokens, now) : null,
    rotationYearPicture(rotationYear(closed, now)),
  ]
  return Promise.all(
    pictures
      .filter((picture) => picture !== null)
      .map(async (picture) => {
        const digest = sha256(picture.svg).slice(0, 16)
        const { fileId = null, uploads = 0 } = (await findPicture(db, picture.name, digest)) ?? {}
        return { ...picture, digest, fileId, uploads }
      }),
  )
}

/** Those that Slack has: one that shows how things were is left out, the words beside it would say otherwise. */
export const shownPictures = (pictures: LoadedPicture[]): ShownPictures =>
  Object.fromEntries(pictures.flatMap(({ name, fileId, alt }) => (fileId ? [[name, { fileId, alt }]] : [])))
