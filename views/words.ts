import { awaiting, earliestDeadline } from '#domain/revocations/deadline-calls'
import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { awaitsAcknowledgement, isBreakGlass } from '#domain/rotation/break-glass'
import type { CheckPhase } from '#domain/rotation/checks'
import { unseenTokens } from '#domain/rotation/complete-rotation'
import { BOT_ACTOR } from '#domain/rotation/events'
import { environmentsLeft } from '#domain/rotation/promotion'
import {
  allStepsDone,
  type Instant,
  isClosed,
  isIncident,
  latestRun,
  ROLE_TITLES,
  type Rotation,
  type RotationToken,
  type Run,
  type RunSystem,
  rotationLabel,
  type Step,
  type Trigger,
} from '#domain/rotation/rotation'
import { type RunbookNames, type StepId, stepDefinition } from '#domain/rotation/steps'
import { turnOf, waitingRun } from '#domain/rotation/turn'
import { agentsOf, environmentsOf, type TokenName, tokenLabel } from '#domain/tokens/scope'
import { overridableChecksIn } from './check-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list, mention, plural } from './text.ts'
import { clock, millisBetween, when } from './times.ts'

export const TRIGGER_TITLES: Record<Trigger, string> = {
  cadence: 'Scheduled rotation',
  manual: 'Manual rotation',
  'policy-hit': 'policy hit',
  'credential-anomaly': 'credential anomaly',
  'chaos-drill': 'chaos drill',
}

const RUN_TITLES: Record<Run['kind'], string> = {
  rotate: 'Rotation workflow',
  deploy: 'Deployment',
  smoke: 'Smoke test',
  revoke: 'Revocation',
}

/**
 * `Rotation workflow`, `Deployment to staging`, `Smoke test in staging`; older events have neither system nor environment.
 *
 * @param clean makes the environment's name safe for where it is shown; mrkdwn where it is left out
 */
export function runTitle(
  { kind, system, environment }: RunTitle,
  clean: (text: string, length: number) => string = escapeUntrusted,
): string {
  if (system === 'secrets-manager') return 'Rotation by the secrets manager'
  const title = RUN_TITLES[kind]
  return environment ? `${title} ${kind === 'deploy' ? 'to' : 'in'} ${clean(environment, 60)}` : title
}

interface RunTitle {
  kind: Run['kind']
  system?: RunSystem
  environment?: string | null
}

/** What step 3 starts, for use inside a sentence. */
export const rotationWords = (system: RunSystem): string =>
  system === 'secrets-manager' ? 'rotation by the secrets manager' : 'rotation workflow'

const NAME_LENGTH = 80

/** A person's name, escaped; it does not notify them. */
export const who = (userId: string, names: Names): string =>
  userId === BOT_ACTOR ? 'the bot' : escapeUntrusted(names(userId), NAME_LENGTH)

/** ` as delegate of Ada`, after a role; empty without a delegation. */
export const delegateOfWords = (delegateOf: string | null | undefined, names: Names): string =>
  delegateOf ? ` as delegate of ${who(delegateOf, names)}` : ''

/** `step 3, Rotation execution`, or `the promotion` */
export const phaseName = (phase: CheckPhase): string =>
  phase === 'promotion' ? 'the promotion' : stepName(phase)

/** `step 3, Rotation execution` */
export const stepName = (step: StepId): string => {
  const { number, title } = stepDefinition(step)
  return `step ${number}, ${title}`
}

/** `production, staging`; names one or two agents, and counts tokens when the scope is not every agent of each environment. */
export function scopeWords(tokens: TokenName[]): string {
  const [environments, agents] = [environmentsOf(tokens), agentsOf(tokens)]
  const places = placesWords(environments)
  const everyAgent = tokens.length === environments.length * agents.length
  if (!everyAgent || (agents.length <= 2 && agents.some(isLong)))
    return `${plural(tokens.length, 'token')} in ${places}`
  if (agents.length > 2) return places
  return `${list(agents.map((name) => escapeUntrusted(name, NAME_ROOM * 6)))} in ${places}`
}

/** Longer names are counted instead of cut: a part of a name may be another name. */
const NAME_ROOM = 40
const isLong = (name: string): boolean => name.length > NAME_ROOM

function placesWords(environments: string[]): string {
  if (environments.some(isLong)) return plural(environments.length, 'environment')
  const where = environments.map((name) => escapeUntrusted(name, NAME_ROOM * 6))
  return where.length > 4 ? `${where.slice(0, 3).join(', ')} and ${where.length - 3} more` : where.join(', ')
}

/** `9 tokens: production, staging`, `4 tokens in production` */
export function tokensWords(tokens: TokenName[]): string {
  const [scope, count] = [scopeWords(tokens), plural(tokens.length, 'token')]
  return scope.startsWith(`${count} in `) ? scope : `${count}: ${scope}`
}

/** The status of a rotation that is no longer open, in its headline. */
const STATUS_WORDS: Record<Exclude<Rotation['status'], 'open'>, string> = {
  promoting: 'signed',
  retiring: 'signed',
  complete: 'complete',
  aborted: 'aborted',
}

/** What it is, in one line: `R42 · Scheduled rotation · production`, `INCIDENT P1 · credential anomaly · running 00:42 · R42 · …` */
export function headline(rotation: Rotation, now: Instant): string {
  const label = rotationLabel(rotation.id)
  const scope = scopeWords(rotation.tokens)
  const title = TRIGGER_TITLES[rotation.trigger]
  if (!isIncident(rotation)) {
    const end = rotation.status === 'open' ? '' : ` · ${STATUS_WORDS[rotation.status]}`
    return `${label} · ${title} · ${scope}${end}`
  }
  const elapsed = clock(millisBetween(rotation.openedAt, rotation.closedAt ?? now))
  const state = isClosed(rotation) ? `${rotation.status} after ${elapsed}` : `running ${elapsed}`
  return `${incidentWords(rotation)} · ${state} · ${label} · ${scope}`
}

/** `INCIDENT P1 · credential anomaly`, `DRILL · chaos drill P3` */
function incidentWords({ trigger, severity }: Rotation): string {
  const title = TRIGGER_TITLES[trigger]
  if (trigger === 'chaos-drill') return ['DRILL ·', title, severity].filter(Boolean).join(' ')
  return `${['INCIDENT', severity].filter(Boolean).join(' ')} · ${title}`
}

/** A rotation's name inside a line: `R42`, `INCIDENT P1 R42`, `DRILL R42`. */
export function shortName(rotation: Pick<Rotation, 'id' | 'trigger' | 'severity'>): string {
  const label = rotationLabel(rotation.id)
  if (rotation.trigger === 'chaos-drill') return `DRILL ${label}`
  return isIncident(rotation) ? ['INCIDENT', rotation.severity, label].filter(Boolean).join(' ') : label
}

export const renewed = (rotation: Rotation): RotationToken[] =>
  rotation.tokens.filter((token) => token.newVersionId)

/** `4 of 9 tokens have a new version` */
export const renewalWords = (rotation: Rotation): string => {
  const [done, all] = [renewed(rotation).length, rotation.tokens.length]
  return `${done} of ${plural(all, 'token')} ${done === 1 ? 'has' : 'have'} a new version`
}

/** `revoked within 24 h`; immediately when somebody else may have the token. */
export const revocationWords = (rotation: Rotation): string => {
  const hours = revokeWithinHours(rotation)
  return hours === 0 ? 'revoked now, not within 24 h' : `revoked within ${hours} h`
}

/** A run's state in words; `running` only after CI shows it. */
export const RUN_STATES: Record<Run['state'], string> = {
  requested: 'requested, not started yet',
  queued: 'queued',
  waiting: 'waits for an approval in GitHub',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
}

export const runLink = (run: Run, label = run.runId === null ? 'the run' : `run ${run.runId}`): string =>
  run.url ? link(run.url, label) : label

const STEP_ASKS: Record<StepId, (runbook: RunbookNames) => string> = {
  'inventory-review': () => 'review the inventory',
  'automation-health': () => 'confirm that the automation is healthy',
  'rotation-execution': () => 'confirm the new versions',
  'integration-verification': ({ smokeEnvironment }) =>
    `verify the integration in ${escapeUntrusted(smokeEnvironment, 100)}`,
  'audit-logging': () => 'finish the audit log',
}

function stepAsk(state: RotationState, step: StepId): string {
  const workflow = step === 'rotation-execution' ? workflowAsk(state) : null
  if (workflow) return workflow
  const troubles = overridableChecksIn(state, step).map((check) => check.title)
  if (troubles.length === 0) return STEP_ASKS[step](state.runbook)
  return `fix what did not pass in step ${stepDefinition(step).number} (${troubles.join(', ')})`
}

function workflowAsk({ rotation, rotatesWith }: RotationState): string | null {
  const run = latestRun(rotation, 'rotate')
  const what = `start the ${rotationWords(rotatesWith)}`
  if (!run) return what
  return run.state === 'failed' ? `${what} again: the last run failed` : null
}

function revocationAsk({ rotation, revocations }: RotationState): string {
  const old = revocations.filter((row) => row.state !== 'rolled-back')
  const left = old.filter((row) => row.state !== 'proven' && row.state !== 'recorded')
  const unseen = unseenTokens(rotation, revocations).map((token) => escapeUntrusted(tokenLabel(token), 180))
  const never = unseen.length > 0 ? `; nobody has seen a new version of ${list(unseen, 3)}` : ''
  return `${old.length - left.length} of ${plural(old.length, 'old version')} revoked${never}`
}

/** Whose turn it is and what is wanted, for a line that begins "Waiting for". */
export interface TurnWords {
  who: string
  what: string
}

/**
 * @param withMentions whether to mention them; the owner is mentioned only in scheduled rotations
 * @returns null when the rotation is closed
 */
export function turnWords(state: RotationState, names: Names, withMentions: boolean): TurnWords | null {
  const { rotation, approvers } = state
  const turn = turnOf(rotation)
  if (turn.kind === 'closed') return null
  const approval = waitingRun(rotation)
  if (approval) return approvalWords(approval)
  const urgent = breakGlassWords(state, names, withMentions)
  if (urgent) return urgent
  if (turn.kind === 'promotion')
    return { who: promoter(rotation, names, withMentions), what: promotionAsk(state) }
  if (turn.kind === 'revocations')
    return { who: 'the revocation of the old versions', what: revocationAsk(state) }
  if (turn.kind === 'run')
    return {
      who: `the ${rotationWords(latestRun(rotation, 'rotate')?.system ?? 'ci')}`,
      what: renewalWords(rotation),
    }
  if (turn.kind === 'sign-off') {
    const holders = turn.roles.map((role) =>
      [ROLE_TITLES[role], ...(withMentions ? approvers[role].map(mention) : [])].join(' '),
    )
    return { who: list(holders), what: 'review and sign off' }
  }
  return {
    who: ownerWords(rotation, names, withMentions),
    what: list(turn.steps.map((step) => stepAsk(state, step))),
  }
}

/** What somebody asked for before the sign-offs comes first. */
function breakGlassWords(state: RotationState, names: Names, withMentions: boolean): TurnWords | null {
  const { rotation, environments, approvers } = state
  if (awaitsAcknowledgement(rotation, environments)) {
    const asked = [...new Set([...approvers['devops-lead'], ...approvers['ai-ops-owner']])]
    const mentions = withMentions ? asked.map((each) => ` ${mention(each)}`).join('') : ''
    return { who: `an approver${mentions}`, what: 'acknowledge break-glass' }
  }
  if (!isBreakGlass(rotation) || environmentsLeft(rotation, environments).length === 0) return null
  return { who: promoter(rotation, names, withMentions), what: promotionAsk(state) }
}

const REVIEWERS_NAMED = 3

const approvalWords = (run: Run): TurnWords => {
  const reviewers = (run.approval?.reviewers ?? []).map((each) => escapeUntrusted(each, 40))
  const whose = reviewers.length > 0 ? list(reviewers, REVIEWERS_NAMED) : 'a reviewer'
  return { who: `an approval in GitHub by ${whose}`, what: `${runTitle(run)} (${runLink(run)})` }
}

const ownerWords = ({ ownerId, trigger }: Rotation, names: Names, withMentions: boolean): string =>
  withMentions && trigger === 'cadence' ? mention(ownerId) : who(ownerId, names)

/** After the signatures the owner has something to do again, so they are mentioned. */
const promoter = ({ ownerId }: Rotation, names: Names, withMentions: boolean): string =>
  withMentions ? mention(ownerId) : who(ownerId, names)

const PROMOTIONS_NAMED = 3

function promotionAsk(state: RotationState): string {
  const left = environmentsLeft(state.rotation, state.environments)
  const asks = left.map(
    ({ name, takes }) =>
      `${takes === 'runtime' || isDeployed(state, name) ? 'verify' : 'deploy to'} ${escapeUntrusted(name, 100)}`,
  )
  const [first = '', ...later] = asks
  const deadline = earliestDeadline(awaiting(state.revocations, 'deployment'))
  const now = `${first}${deadline ? `, before ${when(deadline)}` : ''}`
  return later.length > 0 ? `${now}; after that, ${list(later, PROMOTIONS_NAMED)}` : now
}

const isDeployed = ({ rotation }: RotationState, environment: string): boolean =>
  latestRun(rotation, 'deploy', environment)?.state === 'succeeded'

/** `2 of 5 steps done` */
export function progressWords(rotation: Rotation): string {
  if (allStepsDone(rotation)) return `all ${rotation.steps.length} steps done`
  const done = rotation.steps.filter((step) => step.completion).length
  return `${done} of ${rotation.steps.length} steps done`
}

/** A warning for a completed step whose earlier steps were completed again after a rejection. */
export function staleWords({ steps }: Rotation, step: Step): string {
  const since = steps
    .slice(0, steps.indexOf(step))
    .filter((before) => step.completion && before.completion && before.completion.at > step.completion.at)
  return since.length > 0
    ? ` · ⚠ done before ${list(since.map((each) => stepName(each.id)))} was completed again`
    : ''
}
