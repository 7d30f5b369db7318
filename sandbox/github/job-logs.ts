import { Hono } from 'hono'
import { type Run, runsOf } from '../ci/runs.ts'
import type { World } from '../world.ts'
import { jobIdOf } from './run-json.ts'

/** Part of the address of a log. */
export const STORAGE_SIGNATURE = 'c2FuZGJveA'

/** The finished attempt that has this job; undefined while it runs, because GitHub has no log of it yet. */
export function jobRun(world: World, job: number): Run | undefined {
  const runs = runsOf(world)
  return runs
    .all()
    .flatMap((run) => runs.attemptsOf(run))
    .find((run) => jobIdOf(run) === job && run.status === 'completed')
}

/** The storage of job logs; mount at `/github-logs`. */
export function createJobLogs(world: World): Hono {
  const app = new Hono()
  app.get('/:job', (c) => {
    const run = jobRun(world, Number(c.req.param('job')))
    if (!run || c.req.query('signature') !== STORAGE_SIGNATURE) return c.text('AuthenticationFailed', 403)
    if (world.faults.on('logs-unavailable')) return c.text('ServerBusy', 503)
    return c.text(logOf(world, run))
  })
  return app
}

/** The log as a runner writes it: a time before each line, errors marked, its own lines around it. */
function logOf(world: World, run: Run): string {
  const failed = run.conclusion === 'failure'
  const own = run.log.map((line) => {
    const [at = '', ...words] = line.split(' ')
    return [at, words.join(' ').replace(/^Error: /, '##[error]')] as const
  })
  const end = own.at(-1)?.[0] ?? run.updatedAt
  const shown = world.faults.on('log-shows-credential')
    ? [[end, `curl -H "Authorization: Bearer gh${'p'}_Zk3qW8vN1xT5rB7mL2cY9dF4hJ6sP0aE8uQw"`] as const]
    : []
  const lines = [
    [end, '##[group]Run ./rotate.sh'] as const,
    [end, '##[endgroup]'] as const,
    ...own,
    ...shown,
    ...(failed ? [[end, '##[error]Process completed with exit code 1.'] as const] : []),
    [end, 'Post job cleanup.'] as const,
  ]
  return `${lines.map(([at, text]) => `${at.replace(/Z$/, '')}.0000000Z ${text}`).join('\n')}\n`
}
