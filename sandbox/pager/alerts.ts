import { PEOPLE } from '#sandbox/demo-users'
import type { World } from '../world.ts'

export type AlertStatus = 'triggered' | 'acknowledged' | 'resolved'

/** Content of a trigger event, unchanged. */
export interface AlertPayload {
  summary: string
  source: string
  severity: string
  component: string | null
  group: string | null
  class: string | null
  details: unknown
  links: { href: string; text: string }[]
  clientUrl: string | null
}

/** An alert and its incident; here they are one to one. */
export interface Alert extends AlertPayload {
  id: string
  number: number
  dedupKey: string
  status: AlertStatus
  createdAt: string
  resolvedAt: string | null
  acknowledgements: { at: string; by: Responder }[]
  timeline: { at: string; what: string }[]
}

/** A PagerDuty user; matched to a Slack user by e-mail address only. */
export interface Responder {
  id: string
  name: string
  email: string
}

/** On-call users by escalation level. Their names differ from Slack's on purpose. */
export const RESPONDERS: readonly (Responder & { level: number; slackId: string })[] = [
  { id: 'PRESPONDER1', name: 'Primary on call', email: PEOPLE[0].email, level: 1, slackId: PEOPLE[0].id },
  { id: 'PRESPONDER2', name: 'Secondary on call', email: PEOPLE[1].email, level: 2, slackId: PEOPLE[1].id },
]

export interface Alerts {
  /** Newest first. */
  all(): Alert[]
  find(id: string): Alert | undefined
  trigger(dedupKey: string, payload: AlertPayload): void
  /** `by` is null for an event. An unknown or resolved key changes nothing. */
  acknowledge(dedupKey: string, by: Responder | null): void
  resolve(dedupKey: string, by: Responder | null): void
}

export function alertsOf(world: World): Alerts {
  const stored = world.store.collection<Alert>('pager.alerts')
  const openWith = (dedupKey: string) =>
    stored.all().find((alert) => alert.dedupKey === dedupKey && alert.status !== 'resolved')

  function save(alert: Alert, what: string, at: string): void {
    stored.put(alert.id, { ...alert, timeline: [...alert.timeline, { at, what }] })
    world.changed('pager')
  }

  return {
    all: () => stored.all().toReversed(),
    find: (id) => stored.get(id),

    trigger(dedupKey, payload) {
      const at = world.clock.now().toISOString()
      const open = openWith(dedupKey)
      // An open alert takes further triggers of its key into its timeline.
      if (open) return save(open, 'Triggered again', at)
      const number = world.store.next('pager.alert')
      const alert: Alert = {
        ...payload,
        id: `PI${String(number).padStart(5, '0')}`,
        number,
        dedupKey,
        status: 'triggered',
        createdAt: at,
        resolvedAt: null,
        acknowledgements: [],
        timeline: [],
      }
      save(alert, `Triggered: ${RESPONDERS[0]?.name} was paged`, at)
    },

    acknowledge(dedupKey, by) {
      const open = openWith(dedupKey)
      if (!open || open.status === 'acknowledged') return
      const at = world.clock.now().toISOString()
      const acknowledgements = by ? [{ at, by }] : []
      save(
        { ...open, status: 'acknowledged', acknowledgements },
        `Acknowledged ${by ? `by ${by.name}` : 'through the API'}`,
        at,
      )
    },

    resolve(dedupKey, by) {
      const open = openWith(dedupKey)
      if (!open) return
      const at = world.clock.now().toISOString()
      save(
        { ...open, status: 'resolved', resolvedAt: at },
        `Resolved ${by ? `by ${by.name}` : 'through the API'}`,
        at,
      )
    },
  }
}
