import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupDatabase } from '#db/backup-database'
import { openDatabase } from '#db/open-database'

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('files that only the bot’s account can read', () => {
  let folder: string
  let umask: number
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'private-'))
    umask = process.umask(0)
  })
  afterEach(() => {
    process.umask(umask)
    rmSync(folder, { recursive: true, force: true })
  })

  it('are the database, what belongs to it, its backups, and their folders', async () => {
    const [data, backups] = [join(folder, 'data'), join(folder, 'backups')]
    const file = join(data, 'rotation.db')
    const db = await openDatabase(file)
    const backup = await backupDatabase(file, { folder: backups, keep: 2, at: '2026-11-23T09:02:00.000Z' })
    expect(readdirSync(data).map((name) => [name, modeOf(join(data, name))])).toEqual(
      readdirSync(data).map((name) => [name, '600']),
    )
    expect(readdirSync(data).length).toBeGreaterThan(1)
    expect([modeOf(data), modeOf(backups), modeOf(backup)]).toEqual(['700', '700', '600'])
    await db.destroy()
  })

  it('are also those that were readable before; a folder that others use stays as it is', async () => {
    const shared = join(folder, 'shared')
    mkdirSync(shared, { mode: 0o755 })
    const file = join(shared, 'rotation.db')
    writeFileSync(file, '', { mode: 0o644 })
    const db = await openDatabase(file)
    expect([modeOf(shared), modeOf(file)]).toEqual(['755', '600'])
    await db.destroy()
  })
})
