/** All pictures. */
const PICTURE_NAMES = ['token-ages', 'rotation-year'] as const
export type PictureName = (typeof PICTURE_NAMES)[number]

/** A picture drawn from data, with the same facts as text. */
export interface Picture {
  name: PictureName
  title: string
  alt: string
  svg: string
}

/** Pictures uploaded to Slack, for use in views. */
export type ShownPictures = Partial<Record<PictureName, { fileId: string; alt: string }>>
