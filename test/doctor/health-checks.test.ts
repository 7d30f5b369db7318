import { describe, expect, it } from 'vitest'
import type { HealthCheck } from '#doctor/health-check'
import { HEALTH_CHECKS } from '#doctor/index'
import type { DatabaseSeen, Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import type { PagerDirectory } from '#domain/ports/pager'
import { appendEntry } from '#domain/rotation/log-file'
import { sealerOf } from '#domain/rotation/log-keys'
import type { RunObservation } from '#domain/rotation/runs'
import type { SigningKey } from '#domain/rotation/seal'
import { NotReadable } from '#domain/tokens/secret'
import { anAccount, someDiagnostics } from '#test/support/diagnostics'
import { aLogEntry } from '#test/support/log-entry-builder'
import { NOW } from '#test/support/rotation-builder'
import { aSigningKey, privatePem, publicPem } from '#test/support/signing-keys'

/** Telemetry that answers each query with one series. */
const measuring = (labels: Record<string, string>, warnings: string[] = []) =>
  someDiagnostics({
    telemetry: {
      query: async () => ({ samples: [{ labels, value: 1 }], warnings }),
      graphUrl: () => 'https://prometheus.example/graph',
    },
  })

const find = (id: string): HealthCheck => {
  const found = HEALTH_CHECKS.find((each) => each.id === id)
  if (!found) throw new Error(`no healthCheck ${id}`)
  return found
}

const words = ({ condition, sentence, remediation }: HealthCheckResult): string =>
  [`${condition}: ${sentence}`, remediation ?? []].flat().join(' → ')

/** One line for each result of a health check. */
const look = async (id: string, diagnostics: Diagnostics): Promise<string[]> =>
  (await find(id).run(diagnostics)).map(words)

const DAY = 86_400_000
const ago = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString()
const unreadable = async () => {
  throw new NotReadable('GitHub is out of reach')
}

describe('people', () => {
  it('are named with their setting when they are deactivated, unknown, or a bot', async () => {
    const accounts = {
      U0OPERATOR: anAccount({ name: 'left', active: false }),
      U0DEVOPSLEAD: anAccount({ name: 'robot', bot: true }),
    }
    const diagnostics = someDiagnostics({ accounts })
    const { people } = diagnostics.config
    const found = await look('people', {
      ...diagnostics,
      config: { ...diagnostics.config, people: { ...people, 'ai-ops-owner': ['W1NOBODY'] } },
    })
    expect(found).toEqual([
      expect.stringMatching(/^broken: @left \(U0OPERATOR\) is deactivated → Correct people.operators in/),
      expect.stringMatching(/^broken: @robot .* is a bot.* → Correct people.devops-lead in/),
      expect.stringMatching(
        /^broken: There is no account with the id W1NOBODY.* → Correct people.ai-ops-owner/,
      ),
      // Its only member is deactivated.
      expect.stringMatching(/^broken: The user group @devops-oncall .* has no active member/),
    ])
  })

  it('are listed with the settings that name them, including owners', async () => {
    const { config, ...rest } = someDiagnostics()
    const owners = { platform: 'W1NOBODY', research: 'U0OPERATOR' }
    expect(await look('people', { ...rest, config: { ...config, owners } })).toEqual([
      expect.stringMatching(/^broken: There is no account with the id W1NOBODY.* → Correct owners.platform/),
    ])
  })

  it('are broken as a disabled group', async () => {
    const groups = { S0DEVOPSONCALL: { handle: 'old', active: false, members: ['U0OPERATOR'] } }
    expect(await look('people', someDiagnostics({ groups }))).toEqual([
      expect.stringContaining('The user group @old (S0DEVOPSONCALL) is disabled'),
    ])
  })

  it('who left can neither own nor sign', async () => {
    const accounts = { U0AIOPSOWNER: anAccount({ active: false }) }
    expect(await look('sign-off-possible', someDiagnostics({ accounts }))).toEqual([
      expect.stringMatching(/^broken: With 1 operator, 1 DevOps lead and 0 AI Ops owners, no rotation/),
    ])
  })

  it('who hold a role as well are named, when their own rotation could not be signed', async () => {
    const { config, ...rest } = someDiagnostics()
    const people = { ...config.people, operators: ['U0OPERATOR', 'U0DEVOPSLEAD'] }
    expect(await look('sign-off-possible', { ...rest, config: { ...config, people } })).toEqual([
      expect.stringMatching(/^fine: .*except those owned by @U0DEVOPSLEAD, who would have to hand them off/),
    ])
  })
})

describe('GitHub permissions', () => {
  const seen = { archived: false, mayPush: true, isPrivate: true }
  const withToken = (scopes: string[] | null, done: (kind: string) => string | null = () => null) =>
    someDiagnostics({
      repositoryRecords: { readRepository: async () => ({ ...seen, scopes }) },
      database: { findLastDone: async (kind) => done(kind) },
    })

  it('of a classic token are its scopes', async () => {
    expect(await look('repository-permissions', withToken(['repo']))).toEqual([
      expect.stringMatching(/^fine: A classic token/),
    ])
    expect(await look('repository-permissions', withToken(['public_repo']))).toEqual([
      expect.stringMatching(/^broken: .*public_repo, which is not enough to write → Give it the scope repo/),
    ])
    expect(await look('repository-permissions', withToken([]))).toEqual([
      expect.stringContaining('the scopes (none)'),
    ])
  })

  it('of a fine-grained token are unknown until the bot has used them', async () => {
    expect(await look('repository-permissions', withToken(null))).toEqual([
      expect.stringMatching(/^unknown: The bot has written nothing yet; .*Contents, Actions, Issues, Pull/),
    ])
    const some = withToken(null, (kind) => (kind === 'log-entry' ? '2026-11-20T09:00:00.000Z' : null))
    expect(await look('repository-permissions', some)).toEqual([
      expect.stringMatching(
        /^unknown: .*last wrote Contents on 2026-11-20; write access to Actions, Issues, Pull/,
      ),
    ])
    expect(
      await look(
        'repository-permissions',
        withToken(null, () => NOW),
      ),
    ).toEqual([expect.stringMatching(/^fine: The bot last wrote Contents on/)])
  })

  it('that are not even enough to read are named', async () => {
    const diagnostics = someDiagnostics({
      repositoryRecords: { findMissingPermissions: async () => ['Actions', 'Issues'] },
    })
    expect(await look('repository-permissions', diagnostics)).toEqual([
      expect.stringMatching(/^broken: The token may not even read Actions, Issues → Give the token/),
    ])
  })
})

describe('branch rules', () => {
  it.each([
    [{ type: 'pull_request', ruleset: 'Reviews', bypassed: false }, /^broken: The ruleset “Reviews” on main/],
    [
      { type: 'pull_request', ruleset: 'Reviews', bypassed: null },
      /^unknown: .*whether the bot may bypass it/,
    ],
    [{ type: 'pull_request', ruleset: 'Reviews', bypassed: true }, /^fine/],
    [{ type: 'non_fast_forward', ruleset: 'History', bypassed: false }, /^fine/],
    [{ type: 'protected', ruleset: null, bypassed: null }, /^unknown: A branch protection on main protects/],
  ])('%o', async (rule, expected) => {
    const diagnostics = someDiagnostics({ repositoryRecords: { readPushRules: async () => [rule] } })
    expect(await look('branch-rules', diagnostics)).toEqual([expect.stringMatching(expected)])
  })
})

describe('what is out of reach', () => {
  it('is broken once, and unknown where something else is about it', async () => {
    const diagnostics = someDiagnostics({ repositoryRecords: { readRepository: unreadable } })
    expect(await look('repository', diagnostics)).toEqual([
      expect.stringMatching(/^broken: GitHub is out of reach → Check that GITHUB_TOKEN/),
    ])
    await expect(look('repository-permissions', diagnostics)).rejects.toThrow(NotReadable)
  })

  it('of the log is broken when its table cannot be read, or a row was taken out', async () => {
    const withLog = (text: string) =>
      someDiagnostics({
        repository: {
          readLog: async () => ({ text, url: 'https://github.example/log.md' }),
          readRegistry: async () => [],
          readPublicKey: async () => null,
        },
      })
    const log = [1, 2, 3].reduce<string>(
      (file, count) => appendEntry(file, aLogEntry({ head: { count, hash: 'ab'.repeat(32) } })),
      '',
    )
    expect(await look('repository-files', withLog(log))).toContainEqual(
      expect.stringMatching(/^fine: The log .* has 3 entries/),
    )
    expect(await look('repository-files', withLog(log.replace(/.*\| 2:.*\n/, '')))).toContainEqual(
      expect.stringMatching(/^broken: In the log .* row 3 is in place 2 → A row was removed/),
    )
    const unreadable = withLog(log.replace('| event |', '| what |'))
    expect(await look('repository-files', unreadable)).toContainEqual(
      expect.stringMatching(/^broken: The table in the rotation log .* no column “event” → Give it the col/),
    )
    expect(await look('history', unreadable)).toEqual([
      expect.stringMatching(/it was not compared with the log in git: The table in the rotation log/),
    ])
  })

  it('leaves the history to its own chain', async () => {
    const diagnostics = someDiagnostics({ repository: { readLog: unreadable } })
    expect(await look('history', diagnostics)).toEqual([
      expect.stringMatching(/^fine: 0 events .*; the log in git could not be read to compare/),
    ])
  })
})

describe('the last rotation run', () => {
  const withRun = (run: Partial<RunObservation> | null): Diagnostics => {
    const whole = { runId: 8812, url: 'https://ci.example/8812', conclusion: 'success', startedAt: NOW }
    const lastCompleted = run && { ...whole, state: 'succeeded' as const, finishedAt: NOW, ...run }
    const workflow = { state: 'active', url: 'https://ci.example', lastCompleted, underWay: null }
    const reading = { file: 'rotate.yml', place: 'flashfusion/agents on main', workflow }
    return { ...someDiagnostics(), ci: { readWorkflow: async () => reading } }
  }
  const failed = { state: 'failed' } as const

  it.each<[string, Diagnostics, RegExp]>([
    ['succeeded', withRun({}), /^fine: The last run, 8812, succeeded on 2026-11-23$/],
    ['succeeded long ago', withRun({ finishedAt: ago(90 * DAY) }), /^fine: .*succeeded on 2026-08-25$/],
    [
      'failed',
      withRun({ ...failed, conclusion: 'failure' }),
      /^broken: The last run, 8812, failed on 2026-11-23 \(rotate\.yml\) → Read its log \(https:\/\/ci\.example\/8812\)/,
    ],
    [
      'was cancelled',
      withRun({ ...failed, conclusion: 'cancelled', url: null }),
      /^broken: The last run, 8812, was cancelled on .* → Read its log, fix the cause/,
    ],
    [
      'never ended',
      withRun(null),
      /^broken: The workflow rotate\.yml has no run .* → Before a rotation, run/,
    ],
    ['of no workflow', someDiagnostics(), /^unknown: There is no run to read → Fix what “Workflows”/],
  ])('that %s', async (_, diagnostics, expected) => {
    expect(await look('last-rotation-run', diagnostics)).toEqual([expect.stringMatching(expected)])
  })
})

describe('clocks', () => {
  const withSlack = (ahead: number) =>
    someDiagnostics({ slack: { readClock: async () => ({ remote: 0, local: ahead }) } })

  it.each([
    [30_000, /^fine/],
    [-30_000, /^fine/],
    [31_000, /^broken: The machine’s clock is 31 s ahead of Slack’s → .*NTP/],
    [-90_000, /^broken: The machine’s clock is 90 s behind Slack’s/],
  ])('%d ms apart', async (ahead, expected) => {
    expect(await look('clocks', withSlack(ahead))).toEqual([expect.stringMatching(expected)])
  })

  it('of a database server counts as well', async () => {
    const readClock = async () => ({ remote: Date.parse(NOW), local: Date.parse(NOW) + 40_000 })
    const diagnostics = someDiagnostics({ database: { readClock } })
    expect(await look('clocks', diagnostics)).toEqual([
      expect.stringMatching(/^broken: .*40 s ahead of the database/),
    ])
  })

  it('that cannot be read are unknown', async () => {
    const diagnostics = someDiagnostics({ repositoryRecords: { readClock: unreadable } })
    expect(await look('clocks', diagnostics)).toEqual([expect.stringMatching(/^unknown: GitHub is out/)])
  })
})

describe('the database', () => {
  const withDatabase = (database: Partial<Diagnostics['database']>) => someDiagnostics({ database })
  const seen: DatabaseSeen = {
    ...{ kind: 'file', exists: true, bytes: 1, freeBytes: 2 ** 40, writeProblem: null },
  }
  const server: DatabaseSeen = {
    ...{ kind: 'server', name: 'rotation at db:5432', version: '15.4', exists: true, bytes: 1 },
    ...{ writeProblem: null, missingGrants: null, standbyLagSeconds: null },
  }

  it.each<[DatabaseSeen, RegExp]>([
    [{ ...seen }, /^fine: The database is writable/],
    [{ ...seen, exists: false }, /^fine: There is no database yet/],
    [{ ...seen, freeBytes: 2 ** 20 }, /^broken: The disk has 1 MiB left .* → Make room/],
    [
      { ...seen, writeProblem: 'attempt to write a readonly database' },
      /^broken: .*readonly database → Give/,
    ],
    [{ ...server }, /^fine: The database rotation at db:5432 \(PostgreSQL 15\.4\) is writable/],
    [{ ...server, exists: false }, /^fine: PostgreSQL 15\.4 is ready/],
    [{ ...server, writeProblem: 'a standby' }, /^broken: .*a standby → .*primary/],
    [{ ...server, missingGrants: 'grant x to bot;' }, /^broken: .* lacks rights .* → .*grant x to bot;/],
    [{ ...server, standbyLagSeconds: 3 }, /^fine: .*the slowest standby is 3 s behind/],
    [{ ...server, standbyLagSeconds: 61 }, /^broken: A standby .* is 61 s behind → /],
  ])('%o', async (look_, expected) => {
    expect(await look('database', withDatabase({ inspect: async () => look_ }))).toEqual([
      expect.stringMatching(expected),
    ])
  })

  it('that is damaged is to be restored', async () => {
    const diagnostics = withDatabase({ findDamage: async () => 'row 4 missing from index' })
    expect(await look('database-intact', diagnostics)).toEqual([
      expect.stringMatching(/^broken: .*row 4 missing from index → .*restore the newest backup/),
    ])
  })

  const bots = (...configs: string[]) => configs.map((config, index) => ({ name: `here:${index}`, config }))
  it.each([
    [null, /^fine: With SQLite one bot runs/],
    [[], /^fine: No bot runs now/],
    [bots('a', 'a'), /^fine: Bots on this database: 2, with the same configuration/],
    [bots('a', 'a', 'b'), /^broken: .*a on here:0 and here:1; b on here:2 → Give each of them the same/],
  ])('with the configurations of the bots %o', async (seen, expected) => {
    const diagnostics = withDatabase({ readBots: async () => seen })
    expect(await look('configurations', diagnostics)).toEqual([expect.stringMatching(expected)])
  })

  const aBackup = { file: 'rotation-1.db', at: NOW, isVerified: true, problem: null }
  it.each([
    [aBackup, /^fine: The newest backup, rotation-1.db, is 0 h old/],
    [{ ...aBackup, isVerified: false }, /^fine: .*is 0 h old; try now and then whether it can be restored/],
    [{ ...aBackup, at: ago(2 * DAY) }, /^broken: .*is 48 h old; 26 h are allowed → /],
    [{ ...aBackup, problem: 'file is not a database' }, /^broken: .*cannot be used: file is not a database/],
    [null, /^broken: There is no backup in \/backups/],
  ])('with the newest backup %o', async (newest, expected) => {
    const diagnostics = withDatabase({ readNewestBackup: async () => newest })
    expect(await look('backup', diagnostics)).toEqual([expect.stringMatching(expected)])
  })
})

describe('forms and messages', () => {
  const validating = (problems: { screen: string; problem: string }[]) => {
    const { slack, ...rest } = someDiagnostics()
    return { ...rest, slack: { ...slack, validateScreens: async () => ({ screens: 9, problems }) } }
  }

  it('are broken where Slack would refuse one, of many the first three named', async () => {
    expect(await look('screens', validating([]))).toEqual(['fine: Slack takes all 9 forms and messages'])
    const problems = ['one', 'two', 'three', 'four'].map((screen) => ({ screen, problem: 'too long' }))
    expect(await look('screens', validating(problems))).toEqual([
      expect.stringMatching(
        /^broken: Slack would refuse 4 of 9 forms and messages: one \(too long\), two .*three \(too long\) and 1 more → Update/,
      ),
    ])
  })
})

describe('the rest', () => {
  const onCall = (read: PagerDirectory['onCall']) =>
    someDiagnostics({ pager: { pages: true, directory: { onCall: read } } })

  it.each<[string, Diagnostics, RegExp]>([
    [
      'machine',
      someDiagnostics({ machine: { nodeVersion: 'v22.14.0' } }),
      /^broken: Node v22.14.0 is too old/,
    ],
    ['machine', someDiagnostics({ machine: { timeZone: '' } }), /^broken: .*time zone → Set TZ/],
    [
      'repository',
      someDiagnostics({ repositoryRecords: { branchExists: async () => false } }),
      /no branch main/,
    ],
    [
      'ticket',
      someDiagnostics({ tickets: { find: async () => null } }),
      /^fine: .*the first report creates it/,
    ],
    ['pager', someDiagnostics(), /^off: .*in Slack only → Set PAGERDUTY_ROUTING_KEY/],
    ['pager', someDiagnostics({ pager: { pages: true } }), /^unknown: .*only be tested by sending a page/],
    ['pager', onCall(async () => null), /^unknown: .*names neither .* → Set pager.escalation-policy/],
    ['pager', onCall(async () => [{ name: 'x', email: null }]), /^broken: 1 of 1 on call have no e-mail/],
    ['pager', onCall(async () => [{ name: 'x', email: 'x@y.test' }]), /^fine: .*no page was sent/],
    ['telemetry', someDiagnostics(), /^off: PROMETHEUS_URL is not set/],
    ['telemetry', measuring({ agent: 'evaluator', version: 'a' }), /^fine: Prometheus answers 3 queries$/],
    ['telemetry', measuring({ agent: 'evaluator' }), /^fine: .*no series has the label “version”/],
    [
      'telemetry',
      measuring({ pod: 'a' }),
      /^broken: “authentication successes”, “authentication failures”, “token-expiry warnings”: its answer has no label “agent”.* → Write telemetry.queries as sum by \(agent, version\)/,
    ],
    [
      'telemetry',
      measuring({ agent: 'evaluator' }, ['isPartial: true']),
      /^broken: .*the answer may be incomplete: “isPartial: true” → Check PROMETHEUS_URL/,
    ],
    [
      'telemetry',
      someDiagnostics({
        telemetry: { query: async () => ({ samples: [], warnings: [] }), graphUrl: () => '' },
      }),
      /^fine: .*; 3 of them returned nothing for the last 5 minutes$/,
    ],
    [
      'secrets-readable',
      someDiagnostics(),
      /^broken: There is no secret whose name begins with “flashfusion\/”/,
    ],
    ['secrets-not-readable', someDiagnostics(), /^unknown: There is no secret to test/],
    [
      'slack-scopes',
      someDiagnostics({ slack: { readScopes: async () => ['chat:write', 'users:read', 'admin'] } }),
      /^fine: .*all 2 scopes.*also has admin, which the bot does not need/,
    ],
  ])('%s', async (id, diagnostics, expected) => {
    expect(await look(id, diagnostics)).toEqual([expect.stringMatching(expected)])
  })

  it('finds another bot on the same Slack app', async () => {
    expect(await look('slack-connection', { ...someDiagnostics(), othersConnected: true })).toEqual([
      'fine: Slack accepts the app token and allows a connection',
      expect.stringMatching(/^broken: Slack counts more connections of this app than .*rotations/),
    ])
  })

  it('asks for secrets from all over a long list whether their values are readable', async () => {
    const asked: string[] = []
    const names = Array.from({ length: 900 }, (_, n) => `flashfusion/${n}`)
    const diagnostics = someDiagnostics({
      secrets: {
        readAll: async () => names.map((name) => ({ name, secret: null, problem: 'not read' })),
        canReadValue: async (name) => {
          asked.push(name)
          return name === 'flashfusion/864'
        },
      },
    })
    expect(await look('secrets-not-readable', diagnostics)).toEqual([
      'broken: The bot’s credentials may read the value of flashfusion/864 → Remove that permission: use the policy in docs/aws-iam-policy.json or docs/vault-policy.hcl, which denies it.',
    ])
    expect(asked).toHaveLength(25)
    const unreadable = {
      ...diagnostics,
      secrets: { ...diagnostics.secrets, canReadValue: async () => false },
    }
    expect(await look('secrets-not-readable', unreadable)).toEqual([
      'fine: The bot may not read values; 25 secrets were checked, a sample of 900',
    ])
  })

  it('tells a ticket in Jira that is missing from one that GitHub will get', async () => {
    const { config, ...rest } = someDiagnostics({ tickets: { find: async () => null } })
    const inJira = { ...config, ticket: { name: 'OPS-7', inJira: true } }
    expect(await look('ticket', { ...rest, config: inJira })).toEqual([
      expect.stringMatching(/^broken: There is no ticket OPS-7 in Jira/),
    ])
  })
})

describe('the signing key', () => {
  const KEY = aSigningKey()
  const OTHER = aSigningKey()
  const place = { repository: 'flashfusion/agents', branch: 'main', path: 'log.md' }
  const logBy = (current: SigningKey | null) =>
    appendEntry(null, aLogEntry(), sealerOf({ current, earlier: null }, place, 'validated'))
  const withKeys = (
    signer: SigningKey | null,
    signingKeys: { current: string | null; earlier: string | null },
    publicKey: string | null,
  ) => {
    const diagnostics = someDiagnostics({
      repository: {
        readLog: async () => ({ text: logBy(signer), url: 'https://github.example/log.md' }),
        readPublicKey: async () => publicKey,
      },
    })
    return { ...diagnostics, config: { ...diagnostics.config, signingKeys } }
  }
  const [key, other] = [KEY.id, OTHER.id]
  const NONE = { current: null, earlier: null }

  it.each<[string, Diagnostics, RegExp[]]>([
    ['that nobody set', withKeys(null, NONE, null), [/^off: The rows .* are not signed → .*rotation keygen/]],
    [
      'that was taken away',
      withKeys(KEY, NONE, null),
      [/^broken: .* key [0-9a-f]{16}, and ROTATION_SIGNING_K/],
    ],
    [
      'that is right',
      withKeys(KEY, { current: key, earlier: other }, publicPem(KEY)),
      [
        /^fine: The key .* signs the rows of the log; ROTATION_SIGNING_KEY_BEFORE is no/,
        /^fine: The public key/,
      ],
    ],
    [
      'that is being changed',
      withKeys(OTHER, { current: key, earlier: other }, publicPem(KEY)),
      [/^unknown: The row that the key .* replaces .* is not in the log yet/, /^fine/],
    ],
    [
      'that is another one',
      withKeys(OTHER, { current: key, earlier: null }, publicPem(OTHER)),
      [
        /^broken: The newest row of the log is signed by/,
        /^broken: .* is that of the key .*, and the bot signs/,
      ],
    ],
    [
      'without its public half',
      withKeys(KEY, { current: key, earlier: null }, null),
      [/^fine/, /^broken: The public key ops\/rotation-log-key.pem on main is not in the repository/],
    ],
    [
      'with its private half published',
      withKeys(KEY, { current: key, earlier: null }, privatePem(KEY)),
      [/^fine/, /^broken: The public key .* is not an Ed25519 public key/],
    ],
  ])('%s', async (_, diagnostics, expected) => {
    expect(await look('signing-key', diagnostics)).toEqual(
      expected.map((each) => expect.stringMatching(each)),
    )
  })
})
