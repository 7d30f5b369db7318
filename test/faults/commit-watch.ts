import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Notices each commit of the bot: SQLite appends it to the write-ahead log. */
export interface CommitWatch {
  /** Calls the listener at so many commits from now. */
  arm(commits: number): void
  disarm(): void
  close(): void
}

export function watchCommits(databaseFile: string, reached: () => void): CommitWatch {
  let left = 0
  const log = `${basename(databaseFile)}-wal`
  const watcher: FSWatcher = watch(dirname(databaseFile), (_, name) => {
    if (name !== log || left === 0) return
    left -= 1
    if (left === 0) reached()
  })
  return {
    arm: (commits) => {
      left = commits
    },
    disarm: () => {
      left = 0
    },
    close: () => watcher.close(),
  }
}
