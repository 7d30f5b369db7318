import type { ReadDb } from '../schema.ts'

// SQLite's limit is 500 terms in a union.
const TERMS = 100

/** The newest version that any rotation saw of each secret; a secret without one is left out. */
export async function findNewestVersions(db: ReadDb, secrets: string[]): Promise<Map<string, string>> {
  const newest = new Map<string, string>()
  for (let at = 0; at < secrets.length; at += TERMS) {
    const [first, ...others] = secrets.slice(at, at + TERMS).map((secret) => newestOf(db, secret))
    const union = others.reduce((all, next) => all?.unionAll(next), first)
    for (const { secret, newVersionId } of (await union?.execute()) ?? [])
      if (newVersionId) newest.set(secret, newVersionId)
  }
  return newest
}

/** One step back through the secret's rotations, however many there were. */
const newestOf = (db: ReadDb, secret: string) =>
  db
    .selectFrom((eb) =>
      eb
        .selectFrom('tokens')
        .select(['secret', 'newVersionId'])
        .where('secret', '=', secret)
        .where('newVersionId', 'is not', null)
        .orderBy('rotationId', 'desc')
        .limit(1)
        .as('newest'),
    )
    .selectAll()
