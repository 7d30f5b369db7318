import type { ImageBlock } from '@slack/types'
import { LIMITS } from './limits.ts'
import type { PictureName, ShownPictures } from './pictures/picture.ts'
import { clip } from './text.ts'

/** The block of an uploaded picture, or none. The alt text has the same facts. */
export function image(pictures: ShownPictures, name: PictureName): ImageBlock[] {
  const picture = pictures[name]
  if (!picture) return []
  return [
    {
      type: 'image',
      block_id: `picture-${name}`,
      slack_file: { id: picture.fileId },
      alt_text: clip(picture.alt, LIMITS.altText),
    },
  ]
}
