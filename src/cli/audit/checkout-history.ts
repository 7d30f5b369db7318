import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { LogVersion } from '#domain/audit/log-versions'
import { NotReadable } from '#domain/tokens/secret'

const run = promisify(execFile)
const MOST_BYTES = 256 * 1024 * 1024

export interface CheckoutHistory {
  versions: LogVersion[]
  /** Every commit of the branch, first parents only. */
  commits: ReadonlySet<string>
}

/** Every version of the log on its branch in a checkout, by its first parents, oldest first. @throws NotReadable */
export async function readCheckoutHistory(
  folder: string,
  branch: string,
  path: string,
): Promise<CheckoutHistory> {
  const git = async (...args: string[]) => {
    try {
      return (await run('git', ['-C', folder, ...args], { maxBuffer: MOST_BYTES })).stdout
    } catch (error) {
      const words =
        error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : ''
      throw new NotReadable(`The history in the checkout ${folder} cannot be read (${words})`, {
        cause: error,
      })
    }
  }
  if ((await git('rev-parse', '--is-shallow-repository')).trim() === 'true')
    throw new NotReadable(
      `The checkout ${folder} has only a part of the history; fetch all of it (git fetch --unshallow, in a workflow fetch-depth: 0)`,
    )
  const names = [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]
  const refs = lines(await git('for-each-ref', '--format=%(refname)', ...names))
  const ref = names.find((name) => refs.includes(name))
  if (!ref) throw new NotReadable(`The checkout ${folder} has no branch ${branch}`)
  const commits = lines(await git('rev-list', '--first-parent', ref))
  const versions: LogVersion[] = []
  for (const sha of lines(await git('rev-list', '--first-parent', '--reverse', ref, '--', path))) {
    const there = (await git('ls-tree', '--name-only', sha, '--', path)).trim() !== ''
    versions.push({ sha, text: there ? await git('show', `${sha}:${path}`) : null })
  }
  return { versions, commits: new Set(commits) }
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean)
