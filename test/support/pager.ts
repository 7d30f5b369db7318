import { eventually, type Message, type Person } from './person.ts'

export interface Alert {
  id: string
  dedupKey: string
  status: 'triggered' | 'acknowledged' | 'resolved'
  summary: string
  severity: string
  class: string
  links: { href: string; text: string }[]
  timeline: { at: string; what: string }[]
}

/** Newest first. */
export const alertsOf = async (person: Person): Promise<Alert[]> =>
  (await person.get<{ alerts: Alert[] }>('pager')).alerts

/** The only alert, once it has this status. */
export const alertIn = (person: Person, status: Alert['status']): Promise<Alert> =>
  eventually(async () => {
    const alerts = await alertsOf(person)
    if (alerts.length > 1) throw new Error(`${alerts.length} alerts`)
    return alerts[0]?.status === status && alerts[0]
  }, `a page that is ${status}`)

/** Messages that page on-call, oldest first. */
export const calls = async (person: Person, channel?: string): Promise<Message[]> =>
  (await person.messages(channel)).filter((each) => each.metadata?.event_type === 'rotation_escalation')
