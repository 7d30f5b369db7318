import type { Surroundings } from '#domain/ports/diagnostics'
import type { Examined, Finding } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { type Examination, unknown } from './examination.ts'

const SECOND = 1_000
const AGAIN = 'Mend what it says, then run the doctor again.'

export interface ExamineOptions {
  /** After this many milliseconds an examination is unknown. */
  deadlineMs: number
  /** Told of everything, with what is still being looked at, whenever an examination has ended. */
  onProgress?: (examined: Examined[]) => void
  /** Told of an examination that failed by a fault of its own. */
  onFault?: (error: unknown, examination: string) => void
}

/** Runs examinations beside one another. One that throws, or takes too long, is `unknown`. */
export async function examine(
  examinations: readonly Examination[],
  surroundings: Surroundings,
  { deadlineMs, onProgress = () => {}, onFault = () => {} }: ExamineOptions,
): Promise<Examined[]> {
  const findings = new Map<string, Finding[]>()
  const examined = () =>
    examinations.map(({ id, title }): Examined => ({ id, title, findings: findings.get(id) ?? null }))
  await Promise.all(
    examinations.map(async (examination) => {
      findings.set(
        examination.id,
        await withinDeadline(
          () => examination.examine(surroundings),
          deadlineMs,
          (error) => onFault(error, examination.id),
        ),
      )
      onProgress(examined())
    }),
  )
  return examined()
}

async function withinDeadline(
  run: () => Promise<Finding[]>,
  ms: number,
  onFault: (error: unknown) => void,
): Promise<Finding[]> {
  const late = Promise.withResolvers<Finding[]>()
  const timer = setTimeout(
    () =>
      late.resolve([
        unknown(`No answer within ${ms / SECOND} s`, 'See that it is in reach, then run the doctor again.'),
      ]),
    ms,
  )
  try {
    return await Promise.race([run(), late.promise])
  } catch (error) {
    if (error instanceof NotReadable) return [unknown(error.message, AGAIN)]
    onFault(error)
    return [
      unknown('The examination itself failed', 'Look for it in the bot’s log; it is a fault of the bot.'),
    ]
  } finally {
    clearTimeout(timer)
  }
}
