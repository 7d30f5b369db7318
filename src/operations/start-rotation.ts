import { insertEffects } from '#db/queries/effects'
import { insertEvents } from '#db/queries/events'
import { findHomeViewers } from '#db/queries/home-viewers'
import { findNames } from '#db/queries/people'
import { findTakenSecrets, insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { cardEffect, homeEffects, logEntryEffect } from '#effects/queue'
import { openRotation } from '#rotation/open-rotation'
import { type RegisteredToken, type Scope, tokensInScope } from '#rotation/registry'
import {
  isIncident,
  type Rotation,
  type RotationToken,
  rotationLabel,
  type Severity,
  type Trigger,
} from '#rotation/rotation'
import { logEntry } from '#rotation/rotation-log'
import type { Context } from '#src/context'
import { headOf, threadEffects } from './change.ts'
import { lastRegistry } from './read-registry.ts'

export interface StartRequest {
  by: string
  trigger: Trigger
  /** For incidents only. */
  severity: Severity | null
  reason: string
  scope: Scope
  /** What else is saved in the same transaction; throws to undo it all. */
  alongside?: (tx: Db) => Promise<void>
}

/**
 * Opens a rotation for the registry's tokens in scope and posts its card; an incident is logged at once.
 *
 * @throws Refusal `unreadable-registry`, `empty-scope`, `token-in-open-rotation`
 */
export async function startRotation(context: Context, request: StartRequest): Promise<Rotation> {
  const registered = tokensInScope(await lastRegistry(context), request.scope)
  const tokens = registered.map((token) => toRotationToken(token, context.config.cadence.days))
  const at = context.clock.now()
  const { by, trigger, severity, reason } = request

  const rotation = await context.db.transaction().execute(async (tx) => {
    await request.alongside?.(tx)
    const taken = await findTakenSecrets(tx)
    const row = { version: 1, status: 'open', trigger, severity, reason, ownerId: by, openedAt: at, round: 1 }
    const id = await insertRotationRow(tx, row)
    const decision = openRotation({ id, by, at, trigger, severity, reason, tokens }, taken)
    await insertParts(tx, null, decision.rotation)
    const events = await insertEvents(tx, decision.events)
    const names = await findNames(tx)
    const entry = logEntry(decision.rotation, 'incident-opened', at, headOf(events), names)
    const effects = [cardEffect(id), ...threadEffects(events, names)]
    effects.push(...homeEffects(await findHomeViewers(tx, Date.now()), `${rotationLabel(id)}:v1`))
    if (isIncident(decision.rotation)) effects.push(logEntryEffect(id, entry))
    await insertEffects(tx, effects, at)
    return decision.rotation
  })
  context.outbox.wake()
  return rotation
}

const toRotationToken = (token: RegisteredToken, cadenceDays: number): RotationToken => ({
  ...token,
  cadenceDays: token.cadenceDays ?? cadenceDays,
  previousVersionId: null,
  previousVersionAt: null,
  newVersionId: null,
  newVersionAt: null,
})
