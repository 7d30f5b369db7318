import type { EventType } from '#domain/rotation/events'
import type { Evidence } from '../evidence.ts'

const BYSTANDER = 'U0BYSTANDER'
const OPERATORS = ['U0OPERATOR', 'U0AIOPSOWNER']

/** What only the operator of the harness's config may do. */
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
    const isWrong =
      actor === BYSTANDER || (isPerson && OF_OPERATORS.includes(type) && !OPERATORS.includes(actor))
    return isWrong ? [`event ${count}, ${type}, is of ${actor}, who may not do that`] : []
  })
