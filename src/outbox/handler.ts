import type { ClaimedEffect } from '#db/queries/effects'
import type { Db } from '#db/schema'
import type { EffectKind, EffectPayloads, NewEffect, OwingRotation } from '#domain/ports/outbox-job'
import type { Context } from '#src/context'

/** An effect as its handler gets it. */
export type EffectOf<Kind extends EffectKind> = Omit<ClaimedEffect, 'kind' | 'payload' | 'rotationId'> & {
  payload: EffectPayloads[Kind]
  rotationId: OwingRotation<Kind>
}

export interface Outcome {
  /** Kept with the effect. */
  result?: unknown
  /** Written in the transaction that marks the effect as done. */
  save?: (tx: Db) => Promise<void>
  /** Effects that follow from it, queued in the same transaction. */
  follow?: NewEffect[]
}

/**
 * Does one effect. From the second attempt on an earlier one may have happened although nobody heard of it, so
 * the handler looks before it acts again. Throws when it did not happen; the worker tries later.
 */
export type Handler<Kind extends EffectKind> = (effect: EffectOf<Kind>, context: Context) => Promise<Outcome>

export const mayHaveHappened = (effect: { attempts: number }): boolean => effect.attempts > 1
