import type { Problem } from './blocks/validate.ts'
import { type Dict, isDict } from './json.ts'
import type { UploadedFile } from './model.ts'
import type { SlackState } from './state.ts'

const IMAGES = ['image/png', 'image/jpeg', 'image/gif']

/** Slack processes an uploaded image after the answer; until then its type is empty and blocks refuse it. */
const PROCESSING_MS = 300

export const processedAt = (file: UploadedFile): number | undefined =>
  IMAGES.includes(file.mimetype) ? Date.now() + PROCESSING_MS : undefined

export const isProcessed = (file: UploadedFile): boolean => Date.now() >= (file.processedAt ?? 0)

/** Problems with files in blocks: missing, not an image, or not processed yet. */
export function fileProblems(state: SlackState, value: unknown, pointer: string): Problem[] {
  if (Array.isArray(value))
    return value.flatMap((each, index) => fileProblems(state, each, `${pointer}/${index}`))
  if (!isDict(value)) return []
  const own =
    isDict(value.slack_file) && !canShow(findFile(state, value.slack_file))
      ? [{ message: 'invalid slack file', pointer: `${pointer}/slack_file` }]
      : []
  const inside = Object.entries(value).flatMap(([key, each]) =>
    fileProblems(state, each, `${pointer}/${key}`),
  )
  return [...own, ...inside]
}

/** By id, or by the URL that Slack gave for it. */
function findFile(state: SlackState, { id, url }: Dict): UploadedFile | undefined {
  if (typeof id === 'string') return state.files.get(id)
  const named = typeof url === 'string' ? /\/slack\/(?:files|open)\/(\w+)\//.exec(url)?.[1] : undefined
  return named === undefined ? undefined : state.files.get(named)
}

const canShow = (file: UploadedFile | undefined): boolean =>
  file?.complete === true && IMAGES.includes(file.mimetype) && isProcessed(file)
