import type { EventData } from '#domain/rotation/events'
import { rotationLabel } from '#domain/rotation/rotation'
import type { Evidence } from '../evidence.ts'

/** Each step was completed with results that were really read, and passed or were overridden by an exception. */
export function stepsProven({ events, checks, exceptions }: Evidence): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'step-completed') return []
    const { step, checks: results } = event.data as EventData['step-completed']
    const at = `${step} of ${rotationLabel(event.rotationId)}`
    if (results.length === 0) return [`${at} was completed without any result`]
    return results.flatMap(({ check, state, finishedAt }) => {
      const mine = (each: { rotationId: number; checkId: string }) =>
        each.rotationId === event.rotationId && each.checkId === check
      if (exceptions.some(mine)) return []
      if (state !== 'passed') return [`${at} was completed while ${check} was ${state}`]
      const read = checks.some(
        (each) => mine(each) && each.state === 'passed' && each.finishedAt === finishedAt,
      )
      return read ? [] : [`${at} was completed with a result of ${check} that nobody has read`]
    })
  })
}

/** A token is in at most one rotation that has not ended. */
export function tokensOnce({ events }: Evidence): string[] {
  const holders = new Map<string, number>()
  const problems: string[] = []
  for (const event of events) {
    if (event.type === 'rotation-opened')
      for (const token of (event.data as EventData['rotation-opened']).tokens) {
        const holder = holders.get(token)
        if (holder !== undefined)
          problems.push(
            `${rotationLabel(event.rotationId)} took ${token}, which ${rotationLabel(holder)} has`,
          )
        holders.set(token, event.rotationId)
      }
    if (event.type === 'rotation-aborted' || event.type === 'rotation-completed')
      for (const [token, holder] of holders) if (holder === event.rotationId) holders.delete(token)
  }
  return problems
}

/** Both roles signed the same, and two people. */
export function signaturesOnOneDigest({ signatures, events }: Evidence): string[] {
  const approved = new Set(
    events.filter((event) => event.type === 'rotation-approved').map((event) => event.rotationId),
  )
  return signatures.flatMap((one, index) =>
    signatures.slice(index + 1).flatMap((other) => {
      if (one.rotationId !== other.rotationId || one.round !== other.round) return []
      const label = rotationLabel(one.rotationId)
      return [
        ...(one.userId === other.userId ? [`${one.userId} signed ${label} twice`] : []),
        ...(approved.has(one.rotationId) && one.digest !== other.digest
          ? [`${label} was approved on two digests`]
          : []),
      ]
    }),
  )
}
