import { BOT_ACTOR, type EventType, type NewEvent } from './events.ts'
import type { Rotation, Work } from './rotation.ts'
import { WORK_TYPES, type WorkType } from './work-types.ts'

const isWork = (type: EventType): type is WorkType =>
  (WORK_TYPES satisfies readonly EventType[] as readonly EventType[]).includes(type)

/** Notes who changed the rotation by these events. What the bot does by itself is nobody's work. */
export function recordWork(rotation: Rotation, events: readonly NewEvent[]): Rotation {
  const work = [...rotation.work]
  for (const { type, actor } of events)
    if (isWork(type) && actor !== BOT_ACTOR && !hasDone(work, actor, type))
      work.push({ by: actor, did: type })
  return work.length === rotation.work.length ? rotation : { ...rotation, work }
}

const hasDone = (work: readonly Work[], by: string, did: WorkType): boolean =>
  work.some((each) => each.by === by && each.did === did)
