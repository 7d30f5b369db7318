import { createHash, randomInt } from 'node:crypto'
import { TEAM } from '#sandbox/demo-users'
import type { Trigger } from './model.ts'
import { SlackError } from './slack-error.ts'
import type { SlackState } from './state.ts'

/** Lifetime of a trigger, in milliseconds of real time, not of the sandbox's clock. */
const TRIGGER_MS = 3_000
const KEPT_MS = 60_000

const FORMAT = /^(\d+)\.(\d+)\.[0-9a-f]{32}$/

/** Creates a trigger for an interaction. @param viewId the modal of the interaction */
export function createTrigger(state: SlackState, user: string, viewId?: string): string {
  const at = Date.now()
  for (const old of state.triggers.all()) {
    if (at - old.at > KEPT_MS) state.triggers.delete(old.id)
  }
  const hash = createHash('md5')
    .update(`${at}${TEAM.id}${randomInt(2 ** 32)}`)
    .digest('hex')
  const id = `${at}.${randomInt(10 ** 6)}.${hash}`
  state.triggers.put(id, { id, user, at, exchanged: false, viewId })
  return id
}

/**
 * Finds a trigger without using it.
 *
 * @throws SlackError `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id`
 */
export function peekTrigger(state: SlackState, id: string): Trigger {
  const trigger = state.triggers.get(id)
  if (!trigger) {
    const at = FORMAT.exec(id)?.[1]
    const old = at !== undefined && Date.now() - Number(at) > KEPT_MS
    throw new SlackError(old ? 'expired_trigger_id' : 'invalid_trigger_id')
  }
  if (trigger.exchanged) throw new SlackError('exchanged_trigger_id')
  if (Date.now() - trigger.at > TRIGGER_MS) throw new SlackError('expired_trigger_id')
  return trigger
}

export function exchangeTrigger(state: SlackState, trigger: Trigger): void {
  state.triggers.put(trigger.id, { ...trigger, exchanged: true })
}
