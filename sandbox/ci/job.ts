import type { World } from '../world.ts'
import type { Run } from './runs.ts'

/** A failed step ends the run. */
export interface StepResult {
  log: string[]
  failed?: boolean
}

export interface Step {
  name: string
  /** Duration as a multiple of the CI's `stepMs`. */
  takes: number
  /**
   * Does the work. Must be idempotent: it is repeated when the process is killed before the progress is
   * saved.
   *
   * @param at end of the step, ISO 8601
   */
  perform(at: string): StepResult
}

/** The steps of a run; deterministic for the same run. */
export type Job = (world: World, run: Run) => Step[]

export const failure = (...log: string[]): StepResult => ({ log, failed: true })
