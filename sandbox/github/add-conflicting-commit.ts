import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { blobSha, OPERATOR_ACCOUNT, type Repository, readText } from './repository.ts'

/**
 * The fault `github-conflict`: another person appends to the log just before a write, so the write has a
 * stale sha. A retry that has read this commit succeeds.
 *
 * @param sha the sha of the write
 */
export function addConflictingCommit(
  world: World,
  repository: Repository,
  path: string,
  sha: string | undefined,
): void {
  if (path !== REPOSITORY.log || !world.faults.on('github-conflict')) return
  const text = readText(repository, path)
  const conflicts = world.store.collection<string>('github.conflicts')
  if (text === undefined || sha === undefined || sha === conflicts.get('sha')) return
  const at = world.clock.now().toISOString()
  // The blank line ends the table above.
  const content = Buffer.from(
    `${text.replace(/\n*$/, '\n')}\nNote by hand, ${at}: reviewed the entries above.\n`,
  )
  conflicts.put('sha', blobSha(content))
  repository.commit({
    message: 'Add a note to the rotation log',
    author: OPERATOR_ACCOUNT,
    changes: [{ path, content }],
  })
}
