import type { Evidence } from '../evidence.ts'

const OPEN = ['queued', 'running']

/** Nothing waits any more once all systems are well. */
export const jobsDone = ({ jobs }: Evidence): string[] =>
  jobs
    .filter((job) => OPEN.includes(job.state))
    .map(
      (job) =>
        `${job.key} is still ${job.state} after ${job.attempts} attempts: ${job.problem ?? 'no problem'}`,
    )
