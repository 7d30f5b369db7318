import { z } from 'zod'
import { parseDay } from '#domain/time/calendar'
import { type Freeze, WEEKDAYS, type Window } from '#domain/time/windows'
import { environments } from './environments.ts'

const from = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "09:00", in quotes')
const to = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as "15:00", in quotes, at most "24:00"')

const window = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS, `must be days out of ${WEEKDAYS.join(', ')}`))
      .min(1, 'lists no day, so the window never opens: list its days, or leave days out for every day')
      .default([...WEEKDAYS]),
    from: from.default('00:00'),
    to: to.default('24:00'),
  })
  .refine((given) => given.from !== given.to, {
    error:
      'opens and closes at the same time, so it never opens: give two different times, or leave both out for the whole day',
  })
  .transform((given): Window => given)

/** When rotations may start, and when each environment may be deployed to; days and hours are those of `cadence.time-zone`. */
export const windows = z
  .strictObject({
    start: window.nullable().default(null),
    deploy: z.record(z.string(), window).default({}),
  })
  .prefault({})

const day = z.string().refine((text) => parseDay(text) !== null, 'must be a day such as 2026-12-20')

/** Days on which no rotation starts and nothing is deployed, both ends included. */
export const freeze = z
  .array(
    z
      .strictObject({ from: day, to: day, reason: z.string().min(1, 'must say why').max(200) })
      .refine((given) => given.from <= given.to, {
        error: 'ends before it begins: exchange from and to, or correct one of them',
      })
      .transform((given): Freeze => given),
  )
  .default([])

const related = z.object({
  windows: z.object({ deploy: z.record(z.string(), z.unknown()).optional() }).optional(),
  environments,
})

/**
 * What is wrong with the windows beside the environments: a window of one that does not exist, or that nothing is deployed to.
 *
 * @param content the config as it was read; other settings may be wrong
 */
export function windowProblems(content: unknown): string[] {
  const { data } = related.safeParse(content)
  return Object.keys(data?.windows?.deploy ?? {}).flatMap((name) => {
    const at = `windows.deploy.${name}`
    const environment = data?.environments.find((each) => each.name === name)
    if (!environment) {
      const known = data?.environments.map((each) => each.name).join(', ')
      return [
        `${at} is for an environment that does not exist: use one of ${known}, or add it to environments`,
      ]
    }
    return environment.takes === 'runtime'
      ? [
          `${at} never applies: agents in ${name} read their tokens while they run (takes: runtime). Remove it`,
        ]
      : []
  })
}
