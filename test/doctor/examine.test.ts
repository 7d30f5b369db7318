import { expect, it } from 'vitest'
import { type Examination, fine } from '#doctor/examination'
import { examine } from '#doctor/examine'
import { conditionWords, type Examined } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { someSurroundings } from '#test/support/surroundings'

const examination = (id: string, run: Examination['examine']): Examination => ({
  id,
  title: id,
  examine: run,
})
const never = () => new Promise<never>(() => {})

it('runs beside one another, tells each as it comes, and lets none hold up or bring down the others', async () => {
  const gate = Promise.withResolvers<void>()
  const progress: Examined[][] = []
  const faults: string[] = []
  const examined = await examine(
    [
      examination('slow', async () => {
        await gate.promise
        return [fine('here at last')]
      }),
      examination('quick', async () => {
        queueMicrotask(gate.resolve)
        return [fine('at once')]
      }),
      examination('away', async () => {
        throw new NotReadable('nobody answers')
      }),
      examination('faulty', async () => {
        throw new TypeError('a fault')
      }),
      examination('endless', never),
    ],
    someSurroundings(),
    {
      deadlineMs: 100,
      onProgress: (each) => progress.push(each),
      onFault: (error, id) => faults.push(`${id}: ${error}`),
    },
  )
  expect(
    examined.map(({ id, findings }) => `${id} ${findings?.[0]?.condition}: ${findings?.[0]?.saw}`),
  ).toEqual([
    'slow fine: here at last',
    'quick fine: at once',
    'away unknown: nobody answers',
    'faulty unknown: The examination itself failed',
    'endless unknown: No answer within 0.1 s',
  ])
  expect(faults).toEqual(['faulty: TypeError: a fault'])
  expect(conditionWords(examined)).toBe('3 unknown, 2 fine')
  expect(progress).toHaveLength(5)
  const waiting = progress.map((each) => each.filter(({ findings }) => findings === null).length)
  expect(waiting).toEqual([4, 3, 2, 1, 0])
})
