import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'
import { OPERATOR_ACCOUNT, readText, repositoryOf } from './repository.ts'
import { issuesOf } from './tracker.ts'

const registrySchema = z.looseObject({
  tokens: z.array(z.looseObject({ secret: z.string(), owner: z.string() })),
})

/** A file that somebody spoils, and how. Null when there is nothing in it to spoil. */
interface Edit {
  path: string
  message: string
  spoil(text: string): string | null
}

const EDITS: Partial<Record<FaultId, Edit>> = {
  'registry-drift': {
    path: REPOSITORY.registry,
    message: 'Tidy up the registry',
    spoil(text) {
      const registry = registrySchema.safeParse(parse(text))
      if (!registry.success) return null
      const { tokens } = registry.data
      const left = tokens
        .slice(0, -1)
        .map((token, index) => (index === 0 ? { ...token, owner: 'research' } : token))
      return stringify({ ...registry.data, tokens: left })
    },
  },
  'registry-malformed': {
    path: REPOSITORY.registry,
    message: 'Edit the registry',
    spoil: (text) => `${text}  - agent: [unfinished\n`,
  },
  'workflow-edited': {
    path: `.github/workflows/${WORKFLOWS.rotate.file}`,
    message: 'Tidy up the workflow',
    spoil: (text) => text.replace(/^run-name: .*\n/m, ''),
  },
  'log-row-changed': {
    path: REPOSITORY.log,
    message: 'Correct the rotation log',
    spoil(text) {
      const lines = text.split('\n')
      const newest = lines.findLastIndex((line) => /^\| \d{4}-/.test(line))
      if (newest < 0) return null
      const cells = lines[newest]?.split('|') ?? []
      return lines.with(newest, cells.with(5, ' somebody else ').with(6, ' everywhere ').join('|')).join('\n')
    },
  },
}

/**
 * The faults that are a deed: somebody edits a file, or closes the ticket. Turned off, the deed is undone, unless somebody
 * has changed the file since.
 */
export function handEdit(world: World, id: FaultId, on: boolean): void {
  if (id === 'ticket-closed') closeTickets(world, on)
  if (id === 'ticket-comment-deleted') world.changed('repository')
  const edit = EDITS[id]
  if (!edit) return
  const undone = world.store.collection<{ before: string; after: string }>('github.hand-edits')
  const repository = repositoryOf(world)
  const text = readText(repository, edit.path)
  if (text === undefined) return
  const commit = (message: string, content: string) =>
    repository.commit({
      message,
      author: OPERATOR_ACCOUNT,
      changes: [{ path: edit.path, content: Buffer.from(content) }],
    })
  if (on) {
    const after = edit.spoil(text)
    if (after === null) return
    undone.put(id, { before: text, after })
    commit(edit.message, after)
    return
  }
  const edited = undone.get(id)
  undone.delete(id)
  if (edited?.after === text) commit(`Revert “${edit.message}”`, edited.before)
}

function closeTickets(world: World, on: boolean): void {
  const tracker = issuesOf(world)
  const state = on ? 'closed' : 'open'
  for (const issue of tracker.issues())
    tracker.change(issue, { state, stateReason: on ? 'completed' : 'reopened' })
}
