import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { blobSha, OPERATOR_ACCOUNT, type Repository, readText } from './repository.ts'

/**
 * The fault `github-conflict`: somebody else commits to the log just before a write arrives, by hand, at the end
 * of the file. The write then carries a stale sha. A write that has read the rival's version is let through,
 * so each write loses once.
 *
 * @param sha the sha that the write brings
 */
export function interfereOnce(
  world: World,
  repository: Repository,
  path: string,
  sha: string | undefined,
): void {
  if (path !== REPOSITORY.log || !world.faults.on('github-conflict')) return
  const text = readText(repository, path)
  const rivals = world.store.collection<string>('github.rival')
  if (text === undefined || sha === undefined || sha === rivals.get('sha')) return
  const at = world.clock.now().toISOString()
  // The blank line keeps the note out of the table above it.
  const content = Buffer.from(
    `${text.replace(/\n*$/, '\n')}\nNote by hand, ${at}: looked through the entries above.\n`,
  )
  rivals.put('sha', blobSha(content))
  repository.commit({
    message: 'Add a note to the rotation log',
    author: OPERATOR_ACCOUNT,
    changes: [{ path, content }],
  })
}
