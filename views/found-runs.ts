import type { KnownBlock } from '@slack/types'
import { type FoundPlace, type FoundRun, foundAt, isAdoptable } from '#domain/rotation/found-runs'
import { type Deviation, type Instant, rotationLabel } from '#domain/rotation/rotation'
import { actions, button, section } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted, link, list, plural } from './text.ts'
import { when } from './times.ts'
import { RUN_STATES, runTitle } from './words.ts'

const NAME_LENGTH = 80

/** ` by octo-team or Ada`, after what waits; empty where nobody is named. */
export const reviewerWords = (reviewers: string[]): string =>
  reviewers.length > 0
    ? ` by ${list(
        reviewers.map((each) => escapeUntrusted(each, NAME_LENGTH)),
        5,
      )}`
    : ''

/** `started by octocat in GitHub (schedule), today 09:12` */
export function startWords({
  startedBy,
  event,
  startedAt,
}: Pick<FoundRun, 'startedBy' | 'event'> & { startedAt: Instant | null }): string {
  const person = startedBy ? escapeUntrusted(startedBy, NAME_LENGTH) : 'somebody'
  const how = event === 'schedule' ? 'by its schedule' : `by ${person}`
  const cause = event === 'schedule' ? '' : ` (${escapeUntrusted(event, 40)})`
  return `started ${how} in GitHub${cause}${startedAt ? `, ${when(startedAt)}` : ''}`
}

/** `Deployment to staging, run 8831: succeeded, started by octocat in GitHub (workflow_dispatch), today 09:12` */
export function foundRunLine(run: FoundRun): string {
  const { runId, runAttempt, url, state, conclusion, environment, kind } = run
  const attempt = runAttempt > 1 ? `, attempt ${runAttempt} in GitHub` : ''
  const where = kind !== 'rotate' && environment === null ? ', environment unknown' : ''
  const end = state === 'failed' && conclusion ? ` (${escapeUntrusted(conclusion, 60)})` : ''
  const started = startWords({ ...run, startedAt: run.startedAt ?? run.createdAt })
  return `${runTitle(run)}${where}, ${link(url, `run ${runId}`)}${attempt}: ${RUN_STATES[state]}${end}, ${started}`
}

/** How many runs are shown; the form has them all. */
const SHOWN = 5

/** The runs that the bot did not start, and the button that makes one part of the rotation. */
export function foundBlocks(state: RotationState, place: FoundPlace): KnownBlock[] {
  const { rotation, environments, found } = state
  const runs = foundAt(rotation, environments, found, place)
  if (runs.length === 0) return []
  const left = runs.length - SHOWN
  const lines = [
    '*Not started by the bot:*',
    ...runs.slice(0, SHOWN).map((run) => `⚠ ${foundRunLine(run)}`),
    ...(left > 0 ? [`… and ${plural(left, 'more run')}`] : []),
  ]
  return [
    section(lines, { block_id: 'found-runs' }),
    ...actions(
      runs.some(isAdoptable) ? [button('Adopt run', ACTIONS.adoptRun, rotationLabel(rotation.id))] : [],
      'found-actions',
    ),
  ]
}

export const deploymentLink = ({ url, runId }: Pick<Deviation, 'url' | 'runId'>): string =>
  url ? ` · ${link(url, runId === null ? 'deployment' : `run ${runId}`)}` : ''
