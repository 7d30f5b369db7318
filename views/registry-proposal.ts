import { heading, paragraph, type RichDocument, text } from '#domain/ports/document'
import { clip, oneLine, plural } from './text.ts'

const LINE = 400

/** Title and description of the pull request that proposes the registry. */
export function registryProposal(given: {
  path: string
  isNew: boolean
  changes: string[]
  left: string[]
  /** Name of the person who asked for it. */
  by: string
}): { title: string; body: RichDocument } {
  const { path, isNew, changes, left, by } = given
  const items = (lines: string[]) => ({
    kind: 'list' as const,
    items: lines.map((line) => [text(clip(oneLine(line), LINE))]),
  })
  const title = isNew
    ? `Publish the capability token registry (${plural(changes.length, 'token')})`
    : `Bring the capability token registry up to date (${plural(changes.length, 'change')})`
  return {
    title,
    body: [
      paragraph(
        text(
          `${path} as the secrets manager's tags have it, asked for by ${clip(oneLine(by), 80)} with /rotation registry. ` +
            'Whoever merges it says that the tags are right; where they are wrong, correct them instead.',
        ),
      ),
      heading('What it changes'),
      items(changes),
      ...(left.length > 0 ? [heading('What it leaves'), items(left)] : []),
    ],
  }
}
