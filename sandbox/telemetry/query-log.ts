import type { World } from '../world.ts'

/** A query that somebody asked, with what it was answered. */
export interface AskedQuery {
  at: string
  query: string
  answer: string
}

const KEPT = 12

const queriesOf = (world: World) => world.store.collection<AskedQuery[]>('telemetry.queries')

/** The last queries, newest first. */
export const askedQueries = (world: World): AskedQuery[] => queriesOf(world).get('newest') ?? []

export function noteQuery(world: World, query: string, answer: string): void {
  const at = world.clock.now().toISOString()
  queriesOf(world).put('newest', [{ at, query, answer }, ...askedQueries(world)].slice(0, KEPT))
  world.changed('telemetry')
}
