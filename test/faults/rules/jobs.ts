import { type Evidence, isOpen } from '../evidence.ts'

/** Nothing waits any more once all systems are well. */
export const jobsDone = ({ jobs }: Evidence): string[] =>
  jobs
    .filter(isOpen)
    .map(
      (job) =>
        `${job.key} is still ${job.state} after ${job.attempts} attempts: ${job.problem ?? 'no problem'}`,
    )
