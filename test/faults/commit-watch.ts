import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Notices each commit of the bot: SQLite appends it to the write-ahead log. */
export interface CommitWatch {
  /** Calls the listener at so many commits from now. @returns whether it was called */
  arm(commits: number): () => boolean
  disarm(): void
  close(): void
}

export function watchCommits(databaseFile: string, reached: () => void): CommitWatch {
  let left = 0
  let onReached = reached
  const log = `${basename(databaseFile)}-wal`
  const watcher: FSWatcher = watch(dirname(databaseFile), (_, name) => {
    if (name !== log || left === 0) return
    left -= 1
    if (left === 0) onReached()
  })
  return {
    arm(commits) {
      left = commits
      let isReached = false
      onReached = () => {
        isReached = true
        reached()
      }
      return () => isReached
    },
    disarm: () => {
      left = 0
    },
    close: () => watcher.close(),
  }
}
