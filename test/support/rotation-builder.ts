import type { Escalation } from '#domain/on-call/escalation'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import type { CheckId } from '#domain/rotation/checks'
import type { GivenCompletion } from '#domain/rotation/complete-step'
import { DEFAULT_ENVIRONMENTS, type Environment } from '#domain/rotation/environments'
import { linkEvidence } from '#domain/rotation/evidence'
import type { FoundRun } from '#domain/rotation/found-runs'
import type {
  BreakGlass,
  CheckResult,
  CheckState,
  Exception,
  Instant,
  Rotation,
  RotationToken,
  Run,
  SignOff,
  StepCompletion,
} from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { type RunbookNames, STEP_IDS, type StepId, stepDefinition } from '#domain/rotation/steps'
import { calendarOf, type Day, dayName } from '#domain/time/calendar'
import type { Windows } from '#domain/time/windows'
import { AGENTS, type TokenName, tokenLabel } from '#domain/tokens/scope'
import type { TokenAge } from '#domain/tokens/token-age'
import type { Names, RotationState } from '#views/state'
import { EXAMPLE_CHECKS, EXAMPLE_ENVIRONMENT_CHECKS } from './example-checks.ts'

/** The time of most examples: two hours after their rotation began. */
export const NOW: Instant = '2026-11-23T11:02:00.000Z'
export const OPENED: Instant = '2026-11-23T09:02:00.000Z'

/** This many minutes after the rotation began. */
export const minutesIn = (minutes: number): Instant =>
  new Date(Date.parse(OPENED) + minutes * 60_000).toISOString()

/** No window and no freeze. */
export const ANY_TIME: Windows = { timeZone: 'UTC', start: null, deploy: {}, freezes: [] }

const environmentNamed = (name: string): Environment => {
  const found = DEFAULT_ENVIRONMENTS.find((each) => each.name === name)
  if (!found) throw new TypeError(`no environment ${name}`)
  return found
}

/** The environments of the runbook. */
export const SANDBOX = environmentNamed('sandbox')
export const STAGING = environmentNamed('staging')
export const PRODUCTION = environmentNamed('production')

export const OPERATOR = 'U0OPERATOR'
export const DEVOPS_LEAD = 'U0DEVOPSLEAD'
export const AI_OPS_OWNER = 'U0AIOPSOWNER'

const DISPLAY_NAMES: Record<string, string> = {
  [OPERATOR]: 'On-call operator',
  [DEVOPS_LEAD]: 'DevOps lead',
  [AI_OPS_OWNER]: 'AI Ops owner',
}

export const names: Names = (id) => DISPLAY_NAMES[id] ?? id

const VERSIONS = {
  old: '7f3a1c52-0000-4000-8000-000000000001',
  fresh: '91bc77d0-0000-4000-8000-000000000002',
}

export const aToken = (name: TokenName, parts: Partial<RotationToken> = {}): RotationToken => ({
  ...name,
  secret: `flashfusion/${name.environment}/${name.agent}/capability-token`,
  owner: 'platform',
  cadenceDays: 30,
  previousVersionId: VERSIONS.old,
  previousVersionAt: '2026-10-24T09:02:00.000Z',
  newVersionId: null,
  newVersionAt: null,
  rollback: null,
  ...parts,
})

const ENVIRONMENTS = ['production', 'staging', 'sandbox'] as const

/** The nine tokens; the first `renewed` have a new version. */
export const nineTokens = (renewed = 0): RotationToken[] =>
  ENVIRONMENTS.flatMap((environment) => AGENTS.map((agent) => ({ agent, environment }))).map((name, index) =>
    aToken(name, index < renewed ? { newVersionId: VERSIONS.fresh, newVersionAt: minutesIn(30) } : {}),
  )

export const manyTokens = (count: number): RotationToken[] =>
  Array.from({ length: count }, (_, index) =>
    aToken({ agent: `agent-${index % 300}`, environment: `region-${Math.floor(index / 300)}` }),
  )

/** What the runbook itself names. */
export const RUNBOOK: RunbookNames = {
  channel: '#flashfusion-ai',
  rotateWorkflow: 'agents-rotate-tokens.yml',
  smokeEnvironment: 'staging',
  smokeCommand: 'pnpm agents:simulate --suite smoke',
  ticket: 'OPS-DEVOPS-ROTATION',
}

export const aCompletion = (step: StepId, parts: Partial<StepCompletion> = {}): StepCompletion => ({
  by: OPERATOR,
  at: minutesIn(10 * stepDefinition(step).number),
  attestations: attestationsOf(step, RUNBOOK).map((each) => each.id),
  sentences: Object.fromEntries(attestationsOf(step, RUNBOOK).map(({ id, sentence }) => [id, sentence])),
  evidence: [],
  notes: '',
  checks: [],
  ...parts,
})

/** A deployment to staging that somebody started in the CI by hand. */
export const aFoundRun = (parts: Partial<FoundRun> = {}): FoundRun => ({
  kind: 'deploy',
  environment: 'staging',
  runId: 8831,
  runAttempt: 1,
  title: 'Deploy to staging',
  url: 'https://github.example/flashfusion/agents/actions/runs/8831',
  startedBy: 'octocat',
  event: 'workflow_dispatch',
  createdAt: minutesIn(40),
  state: 'succeeded',
  conclusion: 'success',
  startedAt: minutesIn(41),
  finishedAt: minutesIn(44),
  ...parts,
})
/** A form that completes a step: everything ticked, as it was shown. */
export const aSubmission = (step: StepId, parts: Partial<GivenCompletion> = {}): GivenCompletion => {
  const { sentences: _, checks: __, ...completion } = aCompletion(step)
  return { ...completion, shown: attestationsDigest(attestationsOf(step, RUNBOOK)), ...parts }
}

export const aRun = (parts: Partial<Run> = {}): Run => ({
  kind: 'rotate',
  environment: parts.kind && parts.kind !== 'rotate' ? 'staging' : null,
  system: 'ci',
  attempt: 1,
  requestedBy: OPERATOR,
  requestedAt: minutesIn(22),
  state: 'succeeded',
  runId: 8812,
  url: 'https://github.example/flashfusion/agents/actions/runs/8812',
  conclusion: 'success',
  startedAt: minutesIn(23),
  finishedAt: minutesIn(31),
  windowReason: null,
  runAttempt: 1,
  approval: null,
  adopted: null,
  target: null,
  ...parts,
})

/** A check as results and exceptions store it. Throws for an unknown id. */
function keptOf(check: CheckId): Pick<CheckResult, 'check' | 'step' | 'title'> {
  const found = [...EXAMPLE_CHECKS, ...EXAMPLE_ENVIRONMENT_CHECKS].find((each) => each.id === check)
  if (!found) throw new TypeError(`no check ${check}`)
  return { check, step: found.step, title: found.title }
}

export const aCheck = (
  check: CheckId,
  state: CheckState = 'passed',
  parts: Partial<CheckResult> = {},
): CheckResult => ({
  ...keptOf(check),
  state,
  sentence:
    state === 'passed' ? '9 of 9 tokens are as they should be.' : 'evaluator/staging is not as it should be.',
  advice: state === 'passed' ? '' : 'Run the workflow again, or record a manual step.',
  evidence: [linkEvidence('run 8812', 'https://github.example/runs/8812')],
  startedAt: minutesIn(40),
  finishedAt: minutesIn(40),
  ...parts,
})

export const checksOf = (...steps: StepId[]): CheckResult[] =>
  EXAMPLE_CHECKS.filter((each) => steps.some((step) => step === each.step)).map((each) => aCheck(each.id))

export const anException = (parts: Partial<Exception> = {}): Exception => ({
  ...keptOf(parts.check ?? 'old-version-revoked'),
  what: 'Revoked the old version of evaluator/staging by hand.',
  commands: 'agentctl tokens revoke evaluator/staging --version 7f3a',
  proof: [linkEvidence('https://issuer.example/audit/17', 'https://issuer.example/audit/17')],
  by: OPERATOR,
  at: minutesIn(45),
  doneAt: null,
  round: 1,
  ...parts,
})

/** An escalation of R42 that a person requested. */
export const anEscalation = (parts: Partial<Escalation> = {}): Escalation => ({
  id: 17,
  rotationId: 42,
  cause: 'requested',
  occurrence: 'U0OPERATOR',
  severity: 'P1',
  reason: '',
  notifies: true,
  pageKey: 'rotation/R42/requested/1',
  openedBy: OPERATOR,
  openedAt: minutesIn(60),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedReason: null,
  pageState: null,
  pageUrl: null,
  ...parts,
})

export const aSignOff = (parts: Partial<SignOff> = {}): SignOff => ({
  role: 'devops-lead',
  decision: 'approved',
  by: DEVOPS_LEAD,
  at: minutesIn(100),
  round: 1,
  digest: 'd'.repeat(64),
  comment: '',
  delegateOf: null,
  reopened: [],
  ...parts,
})

/** Acknowledged by the DevOps lead in the first round. */
export const aBreakGlass = (parts: Partial<BreakGlass> = {}): BreakGlass => ({
  requestedBy: OPERATOR,
  requestedAt: minutesIn(50),
  reason: 'agents in production are refused',
  round: 1,
  acknowledgedBy: DEVOPS_LEAD,
  acknowledgedAt: minutesIn(55),
  role: 'devops-lead',
  delegateOf: null,
  ...parts,
})

export type RotationParts = Partial<Omit<Rotation, 'steps'>> & {
  /** Number of completed steps, all by the operator. */
  done?: number
  completions?: Partial<Record<StepId, Partial<StepCompletion>>>
}

/** R42, started manually for all nine tokens. */
export function aRotation({ done = 0, completions = {}, ...parts }: RotationParts = {}): Rotation {
  return {
    id: 42,
    version: 1,
    status: 'open',
    trigger: 'manual',
    severity: null,
    reason: '',
    ownerId: OPERATOR,
    formerOwners: [],
    openedAt: OPENED,
    closedAt: null,
    closedReason: null,
    round: 1,
    tokens: nineTokens(),
    steps: STEP_IDS.map((id, index) => ({
      id,
      earlier: [],
      completion: index < done ? aCompletion(id, completions[id]) : null,
    })),
    signOffs: [],
    promoted: [],
    deviations: [],
    runs: [],
    exceptions: [],
    evidence: [],
    notifies: true,
    revoker: 'workflow',
    disableNowBy: null,
    breakGlass: null,
    work: [],
    ...parts,
  }
}

export type StateParts = Partial<Omit<RotationState, 'rotation'>> & { rotation?: RotationParts | Rotation }

const isWhole = (rotation: RotationParts | Rotation): rotation is Rotation => 'steps' in rotation

export function aState({ rotation = {}, checks = [], ...parts }: StateParts = {}): RotationState {
  const whole = isWhole(rotation) ? rotation : aRotation(rotation)
  return {
    rotation: whole,
    definitions: EXAMPLE_CHECKS,
    environments: DEFAULT_ENVIRONMENTS,
    checks,
    running: [],
    revocations: [],
    undelivered: [],
    escalations: [],
    found: [],
    logUrl: null,
    rotatesWith: 'ci',
    watch: { watchMinutes: 15, watchHours: 4 },
    timeZone: 'UTC',
    windows: ANY_TIME,
    runbook: RUNBOOK,
    approvers: { 'devops-lead': [DEVOPS_LEAD], 'ai-ops-owner': [AI_OPS_OWNER] },
    digest: parts.digest ?? signOffDigest(whole),
    permalink: 'https://flashfusion.slack.example/archives/C0FLASHFUSIONAI/p1',
    ...parts,
  }
}

/** All steps complete, all tokens renewed, all checks passed: ready for signing. */
export const aFinishedState = ({ rotation = {}, ...parts }: StateParts = {}): RotationState =>
  aState({
    rotation: isWhole(rotation) ? rotation : { done: 5, tokens: nineTokens(9), runs: [aRun()], ...rotation },
    checks: checksOf(...STEP_IDS),
    logUrl: 'https://github.example/flashfusion/agents/blob/main/logs/agents/rotation-log.md',
    ...parts,
  })

/** Signed by both roles, and closed. */
export const anApprovedState = (rotation: RotationParts = {}): RotationState =>
  aFinishedState({
    rotation: {
      status: 'complete',
      closedAt: minutesIn(130),
      signOffs: [
        aSignOff({ at: minutesIn(110) }),
        aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER, at: minutesIn(130) }),
      ],
      ...rotation,
    },
  })

/** A token whose current version is this many days old; null when it could not be read. */
export const aTokenAge = (name: TokenName, days: number | null, parts: Partial<TokenAge> = {}): TokenAge => ({
  ...name,
  secret: tokenLabel(name),
  cadenceDays: 30,
  ageDays: days,
  due: days === null ? null : dueIn((parts.cadenceDays ?? 30) - days),
  problem: days === null ? 'access denied (DescribeSecret)' : null,
  ...parts,
})

const dueIn = (days: number): Day => dayName(calendarOf('UTC').dayNumber(NOW) + days)

/** The sandbox's nine ages: most 12 days, one 20, one overdue. */
export const nineAges = (): TokenAge[] =>
  nineTokens().map((token) => {
    const label = tokenLabel(token)
    return aTokenAge(token, label === 'tool-runner/staging' ? 20 : label === 'orchestrator/sandbox' ? 31 : 12)
  })
