import type { Diagnostics, SlackAccount, SlackGroup } from '#domain/ports/diagnostics'
import { DEFAULT_QUERIES } from '#domain/ports/telemetry'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { GENESIS } from '#domain/rotation/event-chain'
import { NOW } from './rotation-builder.ts'

const MIB = 1024 ** 2

export const anAccount = (parts: Partial<SlackAccount> = {}): SlackAccount => ({
  name: 'somebody',
  active: true,
  bot: false,
  guest: false,
  ...parts,
})

type Parts = {
  [Part in keyof Diagnostics]?: Diagnostics[Part] extends object | null
    ? Partial<NonNullable<Diagnostics[Part]>> | null
    : Diagnostics[Part]
} & {
  accounts?: Record<string, SlackAccount>
  groups?: Record<string, SlackGroup>
}

/** Diagnostics without problems, except for the given parts. */
export function someDiagnostics({ accounts = {}, groups = {}, ...parts }: Parts = {}): Diagnostics {
  const clock = { remote: Date.parse(NOW), local: Date.parse(NOW) }
  const fine: Diagnostics = {
    config: {
      channel: '#flashfusion-ai',
      owners: {},
      timeZone: 'Europe/Berlin',
      people: {
        operators: ['U0OPERATOR'],
        'devops-lead': ['U0DEVOPSLEAD'],
        'ai-ops-owner': ['U0AIOPSOWNER'],
        'on-call': 'S0DEVOPSONCALL',
      },
      repository: { name: 'flashfusion/agents', branch: 'main', log: 'log.md', registry: 'registry.yaml' },
      log: { branch: null, 'public-key': 'ops/rotation-log-key.pem' },
      signingKeys: { current: null, earlier: null },
      rotatesWith: 'ci',
      revoker: 'bot',
      workflows: { rotate: 'rotate.yml', deploy: 'deploy.yml', smoke: 'smoke.yml', revoke: 'revoke.yml' },
      environments: DEFAULT_ENVIRONMENTS,
      ticket: { name: 'OPS-7', inJira: false },
      secretsPrefix: 'flashfusion/',
      telemetryQueries: DEFAULT_QUERIES,
      backup: { folder: '/backups', maxAgeHours: 26, isOfServer: false },
    },
    machine: { nodeVersion: 'v24.1.0', nodeNeeded: 24, timeZone: 'Europe/Berlin' },
    readManifestScopes: async () => ['chat:write', 'users:read'],
    slack: {
      readScopes: async () => ['chat:write', 'users:read'],
      findConnectionObstacle: async () => null,
      readChannel: async () => ({ obstacle: null, outdated: null }),
      readAccount: async (id) => accounts[id] ?? (id.startsWith('U0') ? anAccount({ name: id }) : null),
      readGroup: async (id) =>
        groups[id] ?? { handle: 'devops-oncall', active: true, members: ['U0OPERATOR'] },
      readClock: async () => clock,
      validateScreens: async () => ({ screens: 30, problems: [] }),
    },
    othersConnected: false,
    repositoryRecords: {
      readRepository: async () => ({ archived: false, mayPush: true, scopes: ['repo'], isPrivate: true }),
      branchExists: async () => true,
      readPushRules: async () => [],
      findMissingPermissions: async () => [],
      readWorkflowFile: async () => null,
      readClock: async () => clock,
    },
    repository: { readLog: async () => null, readRegistry: async () => [], readPublicKey: async () => null },
    ci: {
      readWorkflow: async (kind) => ({
        file: `${kind}.yml`,
        place: 'flashfusion/agents on main',
        workflow: null,
      }),
    },
    tickets: { find: async () => ({ name: '#1', url: 'https://github.example/1', open: true }) },
    secrets: { readAll: async () => [], canReadValue: async () => false },
    credentials: { githubEndsAt: async () => null, secretsManagerEnd: async () => null },
    telemetry: null,
    pager: { pages: false, directory: null },
    database: {
      inspect: async () => ({
        ...{ kind: 'file', exists: true, bytes: MIB, freeBytes: 1024 * MIB, writeProblem: null },
      }),
      readClock: async () => null,
      findDamage: async () => null,
      verifyHistory: async () => ({ head: GENESIS, problem: null }),
      readOwnRecords: async () => ({
        databaseId: 'test',
        head: GENESIS,
        hasEvent: () => true,
        isEmpty: false,
        hasRotation: () => true,
        declared: null,
      }),
      readKnownChannel: async () => null,
      findLastDone: async () => null,
      readBots: async () => null,
      readNewestBackup: async () => ({ file: 'rotation-1.db', at: NOW, isVerified: true, problem: null }),
    },
    now: () => NOW,
  }
  const changed = Object.entries(parts).map(([name, part]) => {
    const whole = fine[name as keyof Diagnostics]
    return [name, typeof part === 'object' && part !== null ? { ...(whole as object), ...part } : part]
  })
  return { ...fine, ...Object.fromEntries(changed) }
}
