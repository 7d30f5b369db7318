import type { World } from '../world.ts'

/** A query with its answer. */
export interface QueryRecord {
  at: string
  query: string
  answer: string
}

const KEPT = 12

const queriesOf = (world: World) => world.store.collection<QueryRecord[]>('telemetry.queries')

/** Newest first. */
export const lastQueries = (world: World): QueryRecord[] => queriesOf(world).get('newest') ?? []

export function noteQuery(world: World, query: string, answer: string): void {
  const at = world.clock.now().toISOString()
  queriesOf(world).put('newest', [{ at, query, answer }, ...lastQueries(world)].slice(0, KEPT))
  world.changed('telemetry')
}
