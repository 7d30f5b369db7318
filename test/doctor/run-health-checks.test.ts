import { expect, it } from 'vitest'
import { fine, type HealthCheck } from '#doctor/health-check'
import { runHealthChecks } from '#doctor/run-health-checks'
import { type HealthCheckReport, summarizeConditions } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { someDiagnostics } from '#test/support/diagnostics'

const healthCheck = (id: string, run: HealthCheck['run']): HealthCheck => ({
  id,
  title: id,
  run,
})
const never = () => new Promise<never>(() => {})

it('runs beside one another, tells each as it comes, and lets none hold up or bring down the others', async () => {
  const gate = Promise.withResolvers<void>()
  const progress: HealthCheckReport[][] = []
  const faults: string[] = []
  const results = await runHealthChecks(
    [
      healthCheck('slow', async () => {
        await gate.promise
        return [fine('here at last')]
      }),
      healthCheck('quick', async () => {
        queueMicrotask(gate.resolve)
        return [fine('at once')]
      }),
      healthCheck('away', async () => {
        throw new NotReadable('nobody answers')
      }),
      healthCheck('faulty', async () => {
        throw new TypeError('a fault')
      }),
      healthCheck('endless', never),
    ],
    someDiagnostics(),
    {
      deadlineMs: 100,
      onProgress: (each) => progress.push(each),
      onFault: (error, id) => faults.push(`${id}: ${error}`),
    },
  )
  expect(
    results.map(({ id, results }) => `${id} ${results?.[0]?.condition}: ${results?.[0]?.sentence}`),
  ).toEqual([
    'slow fine: here at last',
    'quick fine: at once',
    'away unknown: nobody answers',
    'faulty unknown: The health check itself failed',
    'endless unknown: No answer within 0.1 s',
  ])
  expect(results.map(({ results }) => results?.[0]?.unread)).toEqual([undefined, undefined, true, true, true])
  expect(faults).toEqual(['faulty: TypeError: a fault'])
  expect(summarizeConditions(results)).toBe('3 unknown, 2 fine')
  expect(progress).toHaveLength(5)
  const waiting = progress.map((each) => each.filter(({ results }) => results === null).length)
  expect(waiting).toEqual([4, 3, 2, 1, 0])
})
