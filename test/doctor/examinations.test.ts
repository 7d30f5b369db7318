import { describe, expect, it } from 'vitest'
import type { Examination } from '#doctor/examination'
import { EXAMINATIONS } from '#doctor/index'
import type { Surroundings } from '#domain/ports/diagnostics'
import type { Finding } from '#domain/ports/health-check-result'
import type { PagerDirectory } from '#domain/ports/pager'
import { NotReadable } from '#domain/tokens/secret'
import { NOW } from '#test/support/rotation-builder'
import { anAccount, someSurroundings } from '#test/support/surroundings'

const find = (id: string): Examination => {
  const found = EXAMINATIONS.find((each) => each.id === id)
  if (!found) throw new Error(`no examination ${id}`)
  return found
}

const words = ({ condition, saw, mend }: Finding): string =>
  [`${condition}: ${saw}`, mend ?? []].flat().join(' → ')

/** What one examination finds, a line each. */
const look = async (id: string, surroundings: Surroundings): Promise<string[]> =>
  (await find(id).examine(surroundings)).map(words)

const DAY = 86_400_000
const ago = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString()
const unreadable = async () => {
  throw new NotReadable('GitHub is out of reach')
}

describe('people', () => {
  it('are named with their setting when they are gone, unknown, or a bot', async () => {
    const accounts = {
      U0OPERATOR: anAccount({ name: 'left', active: false }),
      U0DEVOPSLEAD: anAccount({ name: 'robot', bot: true }),
    }
    const surroundings = someSurroundings({ accounts })
    const { people } = surroundings.config
    const found = await look('people', {
      ...surroundings,
      config: { ...surroundings.config, people: { ...people, 'ai-ops-owner': ['W1NOBODY'] } },
    })
    expect(found).toEqual([
      expect.stringMatching(/^broken: @left \(U0OPERATOR\) is deactivated → Correct people.operators in/),
      expect.stringMatching(/^broken: @robot .* is a bot.* → Correct people.devops-lead in/),
      expect.stringMatching(/^broken: There is nobody with the id W1NOBODY.* → Correct people.ai-ops-owner/),
      // Its only member is the one who left.
      expect.stringMatching(/^broken: The user group @devops-oncall .* has nobody in it who is active/),
    ])
  })

  it('are told apart by the settings that name them, the owners among them', async () => {
    const { config, ...rest } = someSurroundings()
    const owners = { platform: 'W1NOBODY', research: 'U0OPERATOR' }
    expect(await look('people', { ...rest, config: { ...config, owners } })).toEqual([
      expect.stringMatching(/^broken: There is nobody with the id W1NOBODY.* → Correct owners.platform/),
    ])
  })

  it('are broken as a disabled group', async () => {
    const groups = { S0DEVOPSONCALL: { handle: 'old', active: false, members: ['U0OPERATOR'] } }
    expect(await look('people', someSurroundings({ groups }))).toEqual([
      expect.stringContaining('The user group @old (S0DEVOPSONCALL) is disabled'),
    ])
  })

  it('who left can neither own nor sign', async () => {
    const accounts = { U0AIOPSOWNER: anAccount({ active: false }) }
    expect(await look('sign-off-possible', someSurroundings({ accounts }))).toEqual([
      expect.stringMatching(/^broken: With 1 operator, 1 DevOps lead and 0 AI Ops owners, no rotation/),
    ])
  })

  it('who hold a role as well are named, when their own rotation could not be signed', async () => {
    const { config, ...rest } = someSurroundings()
    const people = { ...config.people, operators: ['U0OPERATOR', 'U0DEVOPSLEAD'] }
    expect(await look('sign-off-possible', { ...rest, config: { ...config, people } })).toEqual([
      expect.stringMatching(/^fine: .*unless it is that of @U0DEVOPSLEAD, who would have to hand it off/),
    ])
  })
})

describe('GitHub permissions', () => {
  const seen = { archived: false, mayPush: true, isPrivate: true }
  const withToken = (scopes: string[] | null, done: (kind: string) => string | null = () => null) =>
    someSurroundings({
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
        /^unknown: .*last wrote Contents on 2026-11-20; .*may write Actions, Issues, Pull/,
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
    const surroundings = someSurroundings({
      repositoryRecords: { findMissingPermissions: async () => ['Actions', 'Issues'] },
    })
    expect(await look('repository-permissions', surroundings)).toEqual([
      expect.stringMatching(/^broken: The token may not even read Actions, Issues → Give the token/),
    ])
  })
})

describe('branch rules', () => {
  it.each([
    [{ type: 'pull_request', ruleset: 'Reviews', bypassed: false }, /^broken: The ruleset “Reviews” on main/],
    [{ type: 'pull_request', ruleset: 'Reviews', bypassed: null }, /^unknown: .*whether the bot is let past/],
    [{ type: 'pull_request', ruleset: 'Reviews', bypassed: true }, /^fine/],
    [{ type: 'non_fast_forward', ruleset: 'History', bypassed: false }, /^fine/],
    [{ type: 'protected', ruleset: null, bypassed: null }, /^unknown: A branch protection on main protects/],
  ])('%o', async (rule, expected) => {
    const surroundings = someSurroundings({ repositoryRecords: { readPushRules: async () => [rule] } })
    expect(await look('branch-rules', surroundings)).toEqual([expect.stringMatching(expected)])
  })
})

describe('what is out of reach', () => {
  it('is broken once, and unknown where something else is about it', async () => {
    const surroundings = someSurroundings({ repositoryRecords: { readRepository: unreadable } })
    expect(await look('repository', surroundings)).toEqual([
      expect.stringMatching(/^broken: GitHub is out of reach → See that GITHUB_TOKEN/),
    ])
    await expect(look('repository-permissions', surroundings)).rejects.toThrow(NotReadable)
  })

  it('leaves the history to its own chain', async () => {
    const surroundings = someSurroundings({ repository: { readLog: unreadable } })
    expect(await look('history', surroundings)).toEqual([
      expect.stringMatching(/^fine: 0 events .*; the log in git could not be read beside it/),
    ])
  })
})

describe('clocks', () => {
  const withSlack = (ahead: number) =>
    someSurroundings({ slack: { readClock: async () => ({ theirs: 0, ours: ahead }) } })

  it.each([
    [30_000, /^fine/],
    [-30_000, /^fine/],
    [31_000, /^broken: The machine’s clock is 31 s ahead of Slack’s → .*NTP/],
    [-90_000, /^broken: The machine’s clock is 90 s behind Slack’s/],
  ])('%d ms apart', async (ahead, expected) => {
    expect(await look('clocks', withSlack(ahead))).toEqual([expect.stringMatching(expected)])
  })

  it('that cannot be read are unknown', async () => {
    const surroundings = someSurroundings({ repositoryRecords: { readClock: unreadable } })
    expect(await look('clocks', surroundings)).toEqual([expect.stringMatching(/^unknown: GitHub is out/)])
  })
})

describe('the database', () => {
  const withDatabase = (database: Partial<Surroundings['database']>) => someSurroundings({ database })
  const seen = { exists: true, bytes: 1, freeBytes: 2 ** 40, writeProblem: null }

  it.each([
    [{ ...seen }, /^fine: The database can be written/],
    [{ ...seen, exists: false }, /^fine: There is no database yet/],
    [{ ...seen, freeBytes: 2 ** 20 }, /^broken: The disk has 1 MiB left .* → Make room/],
    [
      { ...seen, writeProblem: 'attempt to write a readonly database' },
      /^broken: .*readonly database → Give/,
    ],
  ])('%o', async (look_, expected) => {
    expect(await look('database', withDatabase({ look: async () => look_ }))).toEqual([
      expect.stringMatching(expected),
    ])
  })

  it('that is damaged is to be restored', async () => {
    const surroundings = withDatabase({ findDamage: async () => 'row 4 missing from index' })
    expect(await look('database-whole', surroundings)).toEqual([
      expect.stringMatching(/^broken: .*row 4 missing from index → .*restore the newest backup/),
    ])
  })

  const aBackup = { file: 'rotation-1.db', at: NOW, problem: null }
  it.each([
    [aBackup, /^fine: The newest backup, rotation-1.db, is 0 h old/],
    [{ ...aBackup, at: ago(2 * DAY) }, /^broken: .*is 48 h old; 26 h are allowed → /],
    [{ ...aBackup, problem: 'file is not a database' }, /^broken: .*of no use: file is not a database/],
    [null, /^broken: There is no backup in \/backups/],
  ])('with the newest backup %o', async (newest, expected) => {
    const surroundings = withDatabase({ readNewestBackup: async () => newest })
    expect(await look('backup', surroundings)).toEqual([expect.stringMatching(expected)])
  })
})

describe('the rest', () => {
  const onCall = (read: PagerDirectory['onCall']) =>
    someSurroundings({ pager: { pages: true, directory: { onCall: read } } })

  it.each<[string, Surroundings, RegExp]>([
    [
      'machine',
      someSurroundings({ machine: { nodeVersion: 'v22.14.0' } }),
      /^broken: Node v22.14.0 is too old/,
    ],
    ['machine', someSurroundings({ machine: { timeZone: '' } }), /^broken: .*time zone → Set TZ/],
    [
      'repository',
      someSurroundings({ repositoryRecords: { branchExists: async () => false } }),
      /no branch main/,
    ],
    [
      'ticket',
      someSurroundings({ tickets: { find: async () => null } }),
      /^fine: .*the first report opens it/,
    ],
    ['pager', someSurroundings(), /^off: .*in Slack only → Set PAGERDUTY_ROUTING_KEY/],
    ['pager', someSurroundings({ pager: { pages: true } }), /^unknown: .*seen by a page only/],
    ['pager', onCall(async () => null), /^unknown: .*names neither .* → Set pager.escalation-policy/],
    ['pager', onCall(async () => [{ name: 'x', email: null }]), /^broken: 1 of 1 on call have no e-mail/],
    ['pager', onCall(async () => [{ name: 'x', email: 'x@y.test' }]), /^fine: .*no page was sent/],
    ['telemetry', someSurroundings(), /^off: PROMETHEUS_URL is not set/],
    [
      'secrets-readable',
      someSurroundings(),
      /^broken: There is no secret whose name begins with “flashfusion\/”/,
    ],
    ['secrets-sealed', someSurroundings(), /^unknown: There is no secret to ask about/],
    [
      'slack-scopes',
      someSurroundings({ slack: { readScopes: async () => ['chat:write', 'users:read', 'admin'] } }),
      /^fine: .*all 2 scopes.*also has admin, which nothing here needs/,
    ],
  ])('%s', async (id, surroundings, expected) => {
    expect(await look(id, surroundings)).toEqual([expect.stringMatching(expected)])
  })

  it('asks for secrets from all over a long list whether their values are sealed', async () => {
    const asked: string[] = []
    const names = Array.from({ length: 900 }, (_, n) => `flashfusion/${n}`)
    const surroundings = someSurroundings({
      secrets: {
        readAll: async () => names.map((name) => ({ name, secret: null, problem: 'not read' })),
        canReadValue: async (name) => {
          asked.push(name)
          return name === 'flashfusion/864'
        },
      },
    })
    expect(await look('secrets-sealed', surroundings)).toEqual([
      'broken: The bot’s credentials may read the value of flashfusion/864 → Take that away: give the bot the policy of docs/aws-iam-policy.json or docs/vault-policy.hcl, which denies it.',
    ])
    expect(asked).toHaveLength(25)
    const sealed = { ...surroundings, secrets: { ...surroundings.secrets, canReadValue: async () => false } }
    expect(await look('secrets-sealed', sealed)).toEqual([
      'fine: The bot may read the value of none of 25 secrets, which were asked of 900',
    ])
  })

  it('tells a ticket in Jira that is missing from one that GitHub will get', async () => {
    const { config, ...rest } = someSurroundings({ tickets: { find: async () => null } })
    const inJira = { ...config, ticket: { name: 'OPS-7', inJira: true } }
    expect(await look('ticket', { ...rest, config: inJira })).toEqual([
      expect.stringMatching(/^broken: There is no ticket OPS-7 in Jira/),
    ])
  })
})
