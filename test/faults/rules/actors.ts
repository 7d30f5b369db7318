import type { EventType } from '#domain/rotation/events'
import type { Evidence } from '../evidence.ts'

const BYSTANDER = 'U0BYSTANDER'
const OPERATOR = 'U0OPERATOR'

/** What only the operator of the sandbox's config may do. */
const OF_OPERATORS: readonly EventType[] = [
  'rotation-opened',
  'step-completed',
  'run-requested',
  'rotation-aborted',
  'rollback-requested',
  'owner-changed',
]

/** People did only what their role allows. */
export const actorsAllowed = ({ events }: Evidence): string[] =>
  events.flatMap(({ actor, type, count }) => {
    const isPerson = actor.startsWith('U0')
    const isWrong = actor === BYSTANDER || (isPerson && OF_OPERATORS.includes(type) && actor !== OPERATOR)
    return isWrong ? [`event ${count}, ${type}, is of ${actor}, who may not do that`] : []
  })
