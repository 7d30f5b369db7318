import { isPromoting } from './early-deployment.ts'
import { type Environment, environmentsToPromote, environmentsToVerify, isInScope } from './environments.ts'
import type { Instant, Rotation, Run } from './rotation.ts'
import { openSteps } from './turn.ts'

/** The kinds of runs that a person may adopt. */
export const ADOPTABLE_KINDS = ['rotate', 'deploy', 'smoke'] as const
export type AdoptableKind = (typeof ADOPTABLE_KINDS)[number]

export const isAdoptableKind = (kind: string | null): kind is AdoptableKind =>
  (ADOPTABLE_KINDS as readonly (string | null)[]).includes(kind)

/** A run of a configured workflow that the bot did not start: by schedule, by hand, or again under an id that it knows. */
export interface FoundRun extends Pick<Run, 'state' | 'conclusion' | 'startedAt' | 'finishedAt'> {
  kind: AdoptableKind
  /** Where it is deployed or tested; null for a rotation, and where nothing says so. */
  environment: string | null
  runId: number
  runAttempt: number
  title: string
  url: string
  /** The CI's name of who started it. */
  startedBy: string
  /** What started it in the CI, such as `schedule` or `workflow_dispatch`. */
  event: string
  createdAt: Instant
}

/** `8831:2`, the second attempt of run 8831 */
export const foundRunKey = ({ runId, runAttempt }: Pick<FoundRun, 'runId' | 'runAttempt'>): string =>
  `${runId}:${runAttempt}`

/** A run that did not succeed and goes on no more is of no use. */
export const isAdoptable = ({ state }: Pick<FoundRun, 'state'>): boolean => state !== 'failed'

/**
 * The environment that a run's title names, of those in the config.
 *
 * @returns null when it names none, or more than one
 */
export function environmentInTitle(title: string, environments: readonly Pick<Environment, 'name'>[]) {
  const words = new Set(title.split(/[^\w-]+/))
  const named = environments.filter(({ name }) => words.has(name))
  return named.length === 1 ? (named[0]?.name ?? null) : null
}

/** Where runs that the bot did not start are shown: the modal of a step, or the promotion. */
export const FOUND_PLACES = ['rotation-execution', 'integration-verification', 'promotion'] as const
export type FoundPlace = (typeof FOUND_PLACES)[number]

/**
 * The found runs that matter to a rotation at a place, newest first: created since it was opened, not part of it yet, and for an
 * environment that is deployed to there. One whose environment is unknown is shown at both places.
 */
export function foundAt(
  rotation: Rotation,
  environments: readonly Environment[],
  found: readonly FoundRun[],
  place: FoundPlace,
): FoundRun[] {
  if (!isOpenPlace(rotation, place)) return []
  const names = placesOf(rotation, environments, place)
  return found
    .filter(
      ({ kind, environment, createdAt }) =>
        createdAt >= rotation.openedAt &&
        (place === 'rotation-execution'
          ? kind === 'rotate'
          : kind !== 'rotate' && names.length > 0 && (environment === null || names.includes(environment))),
    )
    .filter((each) => !isKnown(rotation, each))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

const isOpenPlace = (rotation: Rotation, place: FoundPlace): boolean =>
  place === 'promotion' ? isPromoting(rotation) : openSteps(rotation).includes(place)

/** The environments that a found run may have deployed or tested. */
export const placesOf = (
  rotation: Rotation,
  environments: readonly Environment[],
  place: FoundPlace,
): string[] =>
  (place === 'promotion'
    ? environmentsToPromote(rotation, environments)
    : environmentsToVerify(rotation, environments).filter((each) => isInScope(rotation, each))
  ).map((each) => each.name)

const isKnown = (rotation: Rotation, { runId, runAttempt }: FoundRun): boolean =>
  rotation.runs.some((run) => run.runId === runId && run.runAttempt >= runAttempt)
