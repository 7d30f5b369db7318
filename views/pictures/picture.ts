/** The pictures that there are. */
export const PICTURE_NAMES = ['token-ages', 'rotation-year'] as const
export type PictureName = (typeof PICTURE_NAMES)[number]

/** A picture as it is drawn from data, with the same facts in words. */
export interface Picture {
  name: PictureName
  /** Stands over it. */
  title: string
  /** Says what it shows, for whoever does not see it. */
  alt: string
  svg: string
}

/** Pictures that Slack has, for a view to show. */
export type ShownPictures = Partial<Record<PictureName, { fileId: string; alt: string }>>
