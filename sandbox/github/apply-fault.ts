import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import { accountOf } from '../ci/environments.ts'
import { runsOf } from '../ci/runs.ts'
import { workflowsOf } from '../ci/workflows.ts'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'
import { OPERATOR_ACCOUNT, readText, repositoryOf } from './repository.ts'
import { issuesOf } from './tracker.ts'

const registrySchema = z.looseObject({
  tokens: z.array(z.looseObject({ secret: z.string(), owner: z.string() })),
})

/** A person's edit of a file; null when there is nothing to edit. */
interface Edit {
  path: string
  message: string
  change(text: string): string | null
}

const EDITS: Partial<Record<FaultId, Edit>> = {
  'registry-drift': {
    path: REPOSITORY.registry,
    message: 'Tidy up the registry',
    change(text) {
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
    change: (text) => `${text}  - agent: [unfinished\n`,
  },
  'workflow-edited': {
    path: `.github/workflows/${WORKFLOWS.rotate.file}`,
    message: 'Tidy up the workflow',
    change: (text) => text.replace(/^run-name: .*\n/m, ''),
  },
  'log-row-changed': {
    path: REPOSITORY.log,
    message: 'Correct the rotation log',
    change(text) {
      const lines = text.split('\n')
      const newest = lines.findLastIndex((line) => /^\| \d{4}-/.test(line))
      if (newest < 0) return null
      const cells = lines[newest]?.split('|') ?? []
      return lines.with(newest, cells.with(5, ' somebody else ').with(6, ' everywhere ').join('|')).join('\n')
    },
  },
}

/**
 * Faults that are one-time changes: a file is edited, the ticket closed, or production deployed. Switching one off reverts it,
 * unless the file has changed since.
 */
export function applyFault(world: World, id: FaultId, on: boolean): void {
  if (id === 'ticket-closed') closeTickets(world, on)
  if (id === 'deployed-by-others' && on) deployByHand(world)
  if (id === 'ticket-comment-deleted') world.changed('repository')
  const edit = EDITS[id]
  if (!edit) return
  const edits = world.store.collection<{ before: string; after: string }>('github.fault-edits')
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
    const after = edit.change(text)
    if (after === null) return
    edits.put(id, { before: text, after })
    commit(edit.message, after)
    return
  }
  const edited = edits.get(id)
  edits.delete(id)
  if (edited?.after === text) commit(`Revert “${edit.message}”`, edited.before)
}

function deployByHand(world: World): void {
  const workflow = workflowsOf(world).find(WORKFLOWS.deploy.file)
  if (workflow?.state !== 'active') return
  runsOf(world).queue(workflow, { environment: 'production', rotation: '' }, accountOf('bystander'))
}

function closeTickets(world: World, on: boolean): void {
  const tracker = issuesOf(world)
  const state = on ? 'closed' : 'open'
  for (const issue of tracker.issues())
    tracker.change(issue, { state, stateReason: on ? 'completed' : 'reopened' })
}
