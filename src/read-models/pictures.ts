import { closedSince, findClosedRotations } from '#db/queries/closed-rotations'
import { findPictures } from '#db/queries/pictures'
import { findAges } from '#db/queries/token-ages'
import type { ReadDb } from '#db/schema'
import { sha256 } from '#domain/rotation/evidence'
import type { Instant } from '#domain/rotation/rotation'
import { type Month, rotationYear, yearBegin } from '#domain/rotation/rotation-year'
import { calendarOf } from '#domain/time/calendar'
import type { AgeReading } from '#domain/tokens/age-reading'
import { inDeploymentOrder } from '#domain/tokens/scope'
import type { Context } from '#src/context'
import type { Picture, ShownPictures } from '#views/pictures/picture'
import { rotationYearPicture } from '#views/pictures/rotation-year'
import { tokenAgesPicture } from '#views/pictures/token-ages'

/** A picture of the current state, and whether it was uploaded. */
export interface LoadedPicture extends Picture {
  digest: string
  /** Slack's file; null when it was not uploaded. */
  fileId: string | null
  /** How often this picture was uploaded. */
  uploads: number
}

/** What the pictures are drawn from. */
export interface PictureData {
  /** Null before the ages were ever read. */
  ages: AgeReading | null
  year: Month[]
}

export async function loadPictureData(
  { db, config }: Pick<Context, 'config' | 'db'>,
  now: Instant,
): Promise<PictureData> {
  const timeZone = config.cadence['time-zone']
  const ages = await findAges(db, timeZone, now)
  return {
    ages: ages && { ...ages, tokens: inDeploymentOrder(ages.tokens, config.environments) },
    year: await loadYear(db, timeZone, now),
  }
}

/** The year of each database as it was last read: hundreds of rotations that no longer change. */
const years = new WeakMap<ReadDb, { key: string; year: Month[] }>()

async function loadYear(db: ReadDb, timeZone: string, now: Instant): Promise<Month[]> {
  const since = yearBegin(now)
  const key = `${since} ${timeZone} ${await closedSince(db, since)}`
  const known = years.get(db)
  if (known?.key === key) return known.year
  const year = rotationYear(await findClosedRotations(db, since, calendarOf(timeZone)), now)
  years.set(db, { key, year })
  return year
}

/** Every picture as it would be drawn now. */
export async function loadPictures(
  context: Pick<Context, 'clock' | 'config' | 'db'>,
): Promise<LoadedPicture[]> {
  return drawPictures(context.db, await loadPictureData(context, context.clock.now()))
}

/** As `loadPictures`, from data that was read already. */
export async function drawPictures(db: ReadDb, data: PictureData): Promise<LoadedPicture[]> {
  const drawn = [
    data.ages ? tokenAgesPicture(data.ages.tokens) : null,
    rotationYearPicture(data.year),
  ].filter((picture) => picture !== null)
  const pictures = drawn.map((picture) => ({ ...picture, digest: sha256(picture.svg).slice(0, 16) }))
  const uploaded = await findPictures(
    db,
    pictures.map((picture) => picture.digest),
  )
  return pictures.map((picture) => {
    const found = uploaded.find(({ name, digest }) => name === picture.name && digest === picture.digest)
    return { ...picture, fileId: found?.fileId ?? null, uploads: found?.uploads ?? 0 }
  })
}

/** The uploaded ones. An outdated picture is left out, because the text beside it shows the current state. */
export const shownPictures = (pictures: LoadedPicture[]): ShownPictures =>
  Object.fromEntries(pictures.flatMap(({ name, fileId, alt }) => (fileId ? [[name, { fileId, alt }]] : [])))
