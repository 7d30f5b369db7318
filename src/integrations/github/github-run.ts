import type { Instant, Run } from '#domain/rotation/rotation'
import type { RunObservation } from '#domain/rotation/runs'

/** The fields of a run that the bot reads. */
export interface GithubRun {
  id: number
  html_url: string
  status: string | null
  conclusion: string | null
  run_attempt?: number
  run_started_at?: string
  updated_at: string
  actor?: { login: string } | null
  triggering_actor?: { login: string } | null
}

/** A run as the domain sees it. */
export function toObservation(run: GithubRun): RunObservation & { runId: number; url: string } {
  const { id: runId, html_url: url, status, conclusion } = run
  const state = stateOf(status, conclusion)
  const hasBegun = state !== 'queued' && state !== 'waiting'
  return {
    runId,
    url,
    conclusion,
    state,
    startedAt: hasBegun ? instant(run.run_started_at) : null,
    // GitHub has no end time, but a finished run does not change any more.
    finishedAt: status === 'completed' ? instant(run.updated_at) : null,
    runAttempt: run.run_attempt ?? 1,
    startedBy: run.triggering_actor?.login ?? run.actor?.login ?? '',
  }
}

export const instant = (text: string | undefined): Instant | null =>
  text ? new Date(text).toISOString() : null

/** GitHub's words for a run that a person, or a rule of the environment, has to let go on. */
const WAITING: readonly (string | null)[] = ['waiting', 'pending', 'requested', 'action_required']

function stateOf(status: string | null, conclusion: string | null): Run['state'] {
  if (status === 'completed') return conclusion === 'success' ? 'succeeded' : 'failed'
  if (WAITING.includes(status)) return 'waiting'
  return status === 'in_progress' ? 'running' : 'queued'
}
