import { heading, paragraph, type RichDocument, text } from '#domain/ports/document'
import { clip, oneLine, plural } from './text.ts'

const LINE = 400

/** Title and description of the pull request that proposes the registry. */
export function registryProposal(given: {
  path: string
  isNew: boolean
  changes: string[]
  left: string[]
  by: string
}): { title: string; body: RichDocument } {
  const { path, isNew, changes, left, by } = given
  const items = (lines: string[]) => ({
    kind: 'list' as const,
    items: lines.map((line) => [text(clip(oneLine(line), LINE))]),
  })
  const title = isNew
    ? `Publish the capability token registry (${plural(changes.length, 'token')})`
    : `Update the capability token registry (${plural(changes.length, 'change')})`
  return {
    title,
    body: [
      paragraph(
        text(
          `${path} as described by the tags in the secrets manager, requested by ${clip(oneLine(by), 80)} with /rotation registry. ` +
            'By merging it you confirm that the tags are correct. If they are wrong, correct the tags instead.',
        ),
      ),
      heading('Changes'),
      items(changes),
      ...(left.length > 0 ? [heading('Not included'), items(left)] : []),
    ],
  }
}
