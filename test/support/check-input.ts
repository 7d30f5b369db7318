import type { CheckInput } from '#checks/check'
import type { NoticeSeen, WorkflowReading, WorkflowSeen } from '#domain/ports/systems'
import { DEFAULT_QUERIES } from '#domain/ports/telemetry'
import type { Rotation, RotationToken, Run } from '#domain/rotation/rotation'
import type { RunObservation } from '#domain/rotation/runs'
import type { Secret, SecretReading, SecretVersion } from '#domain/tokens/secret'
import { aRotation, aToken, minutesIn, NOW } from './rotation-builder.ts'

/** The version in use when the rotation began, and its replacement. */
export const OLD = '7f3a1c52-0000-4000-8000-000000000001'
export const FRESH = '91bc77d0-0000-4000-8000-000000000002'

const HOUR = 60

/** Twelve days before the rotation began. */
export const BEFORE = minutesIn(-12 * 24 * HOUR)
/** When the new version became current. */
export const RENEWED = minutesIn(30)

/** The token of most examples. */
export const TOKEN = aToken({ agent: 'evaluator', environment: 'staging' }, { previousVersionId: OLD })

export const freshVersion = (parts: Partial<SecretVersion> = {}): SecretVersion => ({
  id: FRESH,
  createdAt: RENEWED,
  current: true,
  pending: false,
  state: 'live',
  ...parts,
})

export const oldVersion = (parts: Partial<SecretVersion> = {}): SecretVersion => ({
  id: OLD,
  createdAt: BEFORE,
  current: false,
  pending: false,
  state: 'live',
  ...parts,
})

export type SecretParts = Partial<Omit<Secret, 'tags'>> & {
  /** Tags to change; undefined removes one. */
  tags?: Record<string, string | undefined>
}

/** The token's secret after a successful rotation; its old version is revoked in 23 h. */
export function aSecret({ tags = {}, ...parts }: SecretParts = {}): Secret {
  const all: Record<string, string | undefined> = {
    owner: 'platform',
    env: TOKEN.environment,
    scope: TOKEN.agent,
    expiry: minutesIn(30 * 24 * HOUR),
    version: FRESH,
    'previous-revoke-by': minutesIn(23 * HOUR),
    ...tags,
  }
  return {
    name: TOKEN.secret,
    tags: Object.fromEntries(Object.entries(all).flatMap(([name, text]) => (text ? [[name, text]] : []))),
    createdAt: BEFORE,
    deletedAt: null,
    versions: [freshVersion(), oldVersion()],
    ...parts,
  }
}

export const read = (secret: Secret): SecretReading => ({ name: secret.name, secret, problem: null })

export const unread = (name: string): SecretReading => ({
  name,
  secret: null,
  problem: `${name}: access denied (DescribeSecret)`,
})

/** A token in scope, and its secret; null when the secret could not be read. */
export const scoped = (secret: Secret | null, token: RotationToken = TOKEN) => ({
  token,
  reading: secret ? read(secret) : unread(token.secret),
})

/** A successful run of the rotation workflow, twelve days before the rotation began. */
export const anObservation = (parts: Partial<RunObservation> = {}): RunObservation => ({
  runId: 8801,
  url: 'https://github.example/flashfusion/agents/actions/runs/8801',
  state: 'succeeded',
  conclusion: 'success',
  startedAt: BEFORE,
  finishedAt: BEFORE,
  ...parts,
})

/** The rotation workflow as the CI reports it; `workflow` null when its file is missing. */
export const aWorkflow = (workflow: Partial<WorkflowSeen> | null = {}): WorkflowReading => ({
  file: 'agents-rotate-tokens.yml',
  place: 'flashfusion/agents on main',
  workflow: workflow && {
    state: 'active',
    url: 'https://github.example/flashfusion/agents/blob/main/.github/workflows/agents-rotate-tokens.yml',
    lastCompleted: anObservation(),
    underWay: null,
    ...workflow,
  },
})

/** The completion notice of the previous rotation. */
export const aNotice = (parts: Partial<NoticeSeen> = {}): NoticeSeen => ({
  byBot: true,
  eventType: 'rotation_notice',
  rotation: 'R41',
  url: 'https://flashfusion.slack.example/archives/C0FLASHFUSIONAI/p41',
  ...parts,
})

export const aTestNotice = (parts: Partial<NoticeSeen> = {}): NoticeSeen =>
  aNotice({
    eventType: 'rotation_test_notice',
    rotation: 'R42',
    url: 'https://flashfusion.slack.example/archives/C0FLASHFUSIONAI/p42',
    ...parts,
  })
/** A run as the CI reports it; null for an unknown one. */
export function shown(run: Run | undefined): RunObservation | null {
  if (run?.state === 'requested' || run?.runId == null || run.url === null) return null
  const { runId, url, state, conclusion, startedAt, finishedAt } = run
  return { runId, url, state, conclusion, startedAt, finishedAt }
}

export type CheckInputParts = Partial<Omit<CheckInput, 'rotation'>> & {
  rotation?: Partial<Rotation>
  scope?: ReturnType<typeof scoped>[]
}

/** Input of a check, two hours into a successful rotation of one token. */
export function aCheckInput({
  rotation = {},
  scope = [scoped(aSecret())],
  ...parts
}: CheckInputParts = {}): CheckInput {
  const { runs = [] } = rotation
  return {
    rotation: aRotation({ tokens: scope.map(({ token }) => token), ...rotation }),
    now: NOW,
    expiryGraceDays: 5,
    cadenceDays: 30,
    readWorkflow: async () => aWorkflow(),
    findNoticeObstacle: async () => null,
    readLastNotice: async () => ({ rotation: 'R41', waiting: null, seen: aNotice() }),
    proveTestNotice: async () => ({ posted: true, attempts: 1, seen: aTestNotice() }),
    readScope: async () => scope,
    readRevocations: async () => [],
    readAll: async () => scope.map(({ reading }) => reading),
    readOthers: async (names) => names.map(unread),
    readRegistry: async () =>
      scope.map(({ token: { agent, environment, secret, owner, cadenceDays } }) => ({
        agent,
        environment,
        secret,
        owner,
        cadenceDays,
      })),
    exportInventory: async () => 'https://slack.example/files/inventory.csv',
    readTicket: async () => ({ ticket: null, comment: null, delivery: 'none' }),
    readLog: async () => null,
    readRun: async (runId) => shown(runs.find((run) => run.runId === runId)),
    readDeployments: async () => ({ deployments: [], problem: null }),
    telemetry: null,
    telemetryQueries: DEFAULT_QUERIES,
    readPendingEntries: async () => [],
    readGaps: async () => ({ declared: null, open: null }),
    readHistory: async () => [],
    findHistoryProblem: async () => null,
    ...parts,
  }
}
