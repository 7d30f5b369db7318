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
  let armed: { left: number }[] = []
  const log = `${basename(databaseFile)}-wal`
  const watcher: FSWatcher = watch(dirname(databaseFile), (_, name) => {
    if (name !== log || armed.length === 0) return
    for (const each of armed) each.left -= 1
    const count = armed.length
    armed = armed.filter(({ left }) => left > 0)
    if (armed.length < count) reached()
  })
  return {
    arm(left) {
      const each = { left }
      armed.push(each)
      return () => each.left <= 0
    },
    disarm: () => {
      armed = []
    },
    close: () => watcher.close(),
  }
}
