import type { World } from '../world.ts'
import type { Run } from './runs.ts'

/** What a step leaves behind. A failed step ends the run. */
export interface StepResult {
  log: string[]
  failed?: boolean
}

export interface Step {
  name: string
  /** How long it takes, as a share of the CI's `stepMs`. */
  takes: number
  /**
   * Does the step's work. It may be done twice, when the process is killed before the run's progress is saved:
   * doing it again changes nothing.
   *
   * @param at when the step ends, ISO 8601
   */
  perform(at: string): StepResult
}

/** The steps of a run; always the same ones for the same inputs. */
export type Job = (world: World, run: Run) => Step[]

export const failure = (...log: string[]): StepResult => ({ log, failed: true })
