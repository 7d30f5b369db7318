import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Takes the write lock of SQLite and keeps it until it reads a line. */
const CHILD = `
import Database from 'better-sqlite3'
const db = new Database(process.argv[1], { timeout: 10_000 })
db.exec('begin immediate')
console.log('locked')
process.stdin.once('data', () => { db.exec('rollback'); db.close(); process.exit(0) })
`

/** Another process that holds a database's write lock. */
export interface DatabaseLock {
  /** Lets the lock go. */
  release(): Promise<void>
}

export async function lockDatabase(file: string): Promise<DatabaseLock> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    async release() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.write('release\n')
      await ended
    },
  }
}
