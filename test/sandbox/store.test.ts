import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SandboxProblem } from '#sandbox/port'
import { openStore } from '#sandbox/store'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-store-'))
  file = join(folder, 'sandbox.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function stateOfVersion(version: number): void {
  const db = new Database(file)
  db.exec(`create table docs (
    seq integer primary key autoincrement, collection text not null, id text not null, body text not null,
    unique (collection, id))`)
  db.prepare('insert into docs (collection, id, body) values (?, ?, ?)').run('flags', 'seeded', 'true')
  db.pragma(`user_version = ${version}`)
  db.close()
}

function isSeeded(): boolean {
  const store = openStore(file)
  const { seeded } = store
  store.close()
  return seeded
}

describe('the state of the sandbox', () => {
  it('is kept from one start to the next', () => {
    const store = openStore(file)
    store.markSeeded()
    store.close()
    expect(isSeeded()).toBe(true)
  })

  it('is deleted on request', () => {
    const store = openStore(file)
    store.markSeeded()
    store.close()
    openStore(file, { fresh: true }).close()
    expect(isSeeded()).toBe(false)
  })

  it('is refused for a second sandbox', () => {
    const store = openStore(file)
    expect(() => openStore(file)).toThrow(/another sandbox may be using it/i)
    store.close()
  })
})

describe.each([
  ['an older version', 0],
  ['a newer version', 99],
])('state that was made by %s', (age, version) => {
  beforeEach(() => stateOfVersion(version))

  it('is refused with the way to start over, and left as it is', () => {
    expect(() => openStore(file)).toThrow(SandboxProblem)
    expect(() => openStore(file)).toThrow(`was made by ${age}; start over with “npm start -- --fresh”`)
    const db = new Database(file, { readonly: true })
    expect(db.pragma('user_version', { simple: true })).toBe(version)
    expect(db.prepare('select count(*) from docs').pluck().get()).toBe(1)
    db.close()
  })

  it('may be started over', () => {
    openStore(file, { fresh: true }).close()
    expect(isSeeded()).toBe(false)
  })
})
