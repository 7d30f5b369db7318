import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '#config/config'
import type { HealthCheckReport } from '#domain/ports/health-check-result'
import { runHealthChecks } from '#operations/run-health-checks'
import type { FaultId } from '#sandbox/faults'
import { eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** What is not fine, as `id condition: sentence → remediation`. */
const troubles = (results: HealthCheckReport[]): string[] =>
  results.flatMap(({ id, results }) =>
    (results ?? []).flatMap(({ condition, sentence, remediation }) =>
      condition === 'fine' ? [] : `${id} ${condition}: ${sentence} → ${remediation}`,
    ),
  )

/** What the sandbox honestly has not, before anything was done in it. */
const AT_FIRST = [
  expect.stringMatching(/^signing-key off: The rows of the rotation log are not signed/),
  expect.stringMatching(/^repository-permissions unknown: The bot has written nothing yet/),
  expect.stringMatching(/^backup off: No backup is configured/),
]

describe('the doctor in the sandbox', () => {
  let workspace: Workspace
  beforeAll(async () => {
    // The history is changed by hand below.
    workspace = await openWorkspace({ audited: false })
  })
  afterAll(() => workspace.close())

  const fault = (id: FaultId, on = true) => workspace.operator.post('faults', { id, on })
  const look = async () => troubles(await runHealthChecks(workspace.bot.context, () => {}))

  /** The words of the modal once everything was looked at. */
  const modal = () =>
    eventually(async () => {
      const text = wordsOf((await workspace.operator.views()).at(-1))
      return / fine/.test(text) && !/… checking/.test(text) && text
    }, 'every result')

  it('finds everything fine but what nobody has set up or tried yet, and changes nothing', async () => {
    const messages = await workspace.operator.messages()
    expect(await look()).toEqual(AT_FIRST)
    expect(await workspace.operator.messages()).toEqual(messages)
  })

  it('shows operators what it finds, worst first, and nobody else', async () => {
    await fault('ticket-closed')
    await workspace.operator.type('/rotation doctor')
    const words = await modal()
    expect(words).toMatch(/1 broken, 1 unknown, 2 not set up, \d+ fine/)
    expect(words.indexOf('is closed, so step 5 would fail')).toBeLessThan(words.indexOf('Slack connection'))
    expect(words).toContain('→ Reopen it')

    await workspace.bystander.type('/rotation doctor')
    await eventually(
      async () => /may not/.test(wordsOf(await workspace.bystander.views())),
      'a refusal in the modal',
    )
    expect(wordsOf(await workspace.bystander.views())).not.toContain('fine')
    await fault('ticket-closed', false)
  })

  it.each<[FaultId, RegExp]>([
    [
      'slack-scope-missing',
      /^slack-scopes broken: .*lacks usergroups:read → Update the app from manifest.yml/,
    ],
    ['slack-older-blocks', /^screens off: Not looked at: this Slack does not have blocks.validate → Nothing/],
    ['bot-removed-from-channel', /^channel broken: .*not in the channel #flashfusion-ai.* → Invite the bot/],
    ['registry-malformed', /^repository-files broken: .*is not YAML.* → Fix the file/],
    [
      'github-read-only',
      /^repository-permissions broken: .*may only read flashfusion\/agents → Give the account/,
    ],
    [
      'branch-protected',
      /^branch-rules broken: .*“Reviewed changes only” on main requires a pull request.* → Let the/,
    ],
    ['last-rotation-failed', /^last-rotation-run broken: The last run, \d+, failed on .* → Read its log/],
    ['workflow-missing', /^workflows broken: There is no workflow agents-rotate-tokens.yml.* → Add/],
    [
      'workflow-disabled',
      /^workflows broken: .*agents-simulate.yml does not run: disabled_inactivity → Enable it/,
    ],
    ['workflow-edited', /^workflows broken: .*no run-name, so the bot cannot find its runs → Set run-name/],
    ['user-deactivated', /^people broken: @ai-ops-owner .*is deactivated → Correct people.ai-ops-owner/],
    ['user-deactivated', /^sign-off-possible broken: With .*0 AI Ops owners, no rotation/],
    ['ticket-closed', /^ticket broken: .*is closed.* → Reopen it/],
    ['secrets-access-denied', /^secrets-readable broken: 1 of 9 secrets cannot be read: .*access denied/],
    ['secrets-unavailable', /^secrets-readable broken: .*HTTP 500.* → /],
    [
      'secrets-values-readable',
      /^secrets-not-readable broken: .*may read the value of .*and 6 more → Remove that permission/,
    ],
    ['pager-unavailable', /^pager broken: PagerDuty did not answer.* → Check PAGERDUTY_API_TOKEN/],
    ['oncall-empty', /^pager broken: PagerDuty has nobody on call now → Fill the schedule/],
    ['telemetry-unavailable', /^telemetry broken: “authentication successes”, “auth.*\(503\) → Check PROM/],
    ['clocks-apart', /^clocks broken: The machine’s clock is 1\d\d s behind Slack’s → .*NTP/],
  ])(
    'names %s and how to fix it',
    async (id, expected) => {
      await fault(id)
      expect(await look()).toContainEqual(expect.stringMatching(expected))
      await fault(id, false)
      expect(await look()).toEqual(AT_FIRST)
    },
    60_000,
  )

  it('names a GitHub token that ends soon, days before', async () => {
    await fault('github-token-ends')
    expect(await look()).toContainEqual(
      expect.stringMatching(
        /^own-credentials broken: The GitHub token ends in [45] days \(.* → Make a new token/,
      ),
    )
    await fault('github-token-ends', false)
  })

  it('names an outage of GitHub once as broken, and says of the rest that it is unknown', async () => {
    await fault('github-unavailable')
    const found = await look()
    const broken = found.filter((line) => line.includes(' broken: ')).map((line) => line.split(' ')[0])
    expect(broken).toEqual(['repository', 'ticket'])
    for (const id of ['repository-files', 'repository-permissions', 'branch-rules', 'workflows', 'clocks'])
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${id} unknown: `)))
    await fault('github-unavailable', false)
  }, 60_000)

  it('names a history that was altered, by its chain and by the log in git', async () => {
    await start(workspace.operator, { scope: ['environment:staging'] })
    const db = new Database(workspace.config.database)
    for (const { name } of db
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'trigger'")
      .all())
      db.exec(`drop trigger "${name}"`)
    db.exec(`update events set data_json = json_set(data_json, '$.reason', 'another') where count = 1`)
    db.close()
    expect(await look()).toContainEqual(
      expect.stringMatching(/^history broken: .*event 1 was altered → Stop the bot/),
    )
  })
})

describe('the doctor and the config', () => {
  const troublesWith = async (configure: (config: Config) => Config): Promise<string[]> => {
    const workspace = await openWorkspace({ configure })
    try {
      return troubles(await runHealthChecks(workspace.bot.context, () => {}))
    } finally {
      await workspace.close()
    }
  }

  it('names every mistake in it at once', async () => {
    const found = await troublesWith((config) => ({
      ...config,
      people: {
        operators: ['U0DEVOPSLEAD'],
        'devops-lead': ['U0DEVOPSLEAD', 'U0NOBODY1'],
        'ai-ops-owner': ['U0AIOPSOWNER', 'S0NOBODY1'],
        'on-call': null,
        github: {},
        readers: 'members',
      },
      repository: { ...config.repository, branch: 'trunk' },
      workflows: { ...config.workflows, smoke: 'no-such.yml' },
      ticket: 'OPS-NOWHERE',
      secrets: { ...config.secrets, prefix: 'another-team/' },
      telemetry: { queries: [{ name: 'nonsense', query: 'sum(', expect: '> 0' }] },
      backup: { ...config.backup, folder: '/nowhere/at/all' },
    }))
    for (const expected of [
      /^people broken: There is no account with the id U0NOBODY1.*Correct people.devops-lead/,
      /^people broken: There is no user group with the id S0NOBODY1.*Correct people.ai-ops-owner/,
      /^sign-off-possible broken: With 1 operator, 1 DevOps lead and 1 AI Ops owner, no rotation could/,
      /^on-call broken: Nobody is configured.*Set people.on-call/,
      /^repository broken: flashfusion\/agents has no branch trunk → Correct repository.branch/,
      /^workflows /,
      /^secrets-readable broken: There is no secret whose name begins with “another-team\/”/,
      /^telemetry broken: “nonsense”: Prometheus answered bad_data/,
      /^backup broken: There is no backup in \/nowhere\/at\/all/,
    ])
      expect(found).toContainEqual(expect.stringMatching(expected))
  })

  it('sees in Vault, too, whether values are readable', async () => {
    const workspace = await openWorkspace({
      connect: async (env) => ({
        ...env,
        ROTATION_CONFIG: new URL('../../sandbox/rotation.vault.config.yml', import.meta.url).pathname,
      }),
    })
    try {
      const look = async () => troubles(await runHealthChecks(workspace.bot.context, () => {}))
      expect((await look()).filter((line) => line.startsWith('secrets'))).toEqual([])
      await workspace.operator.post('faults', { id: 'secrets-values-readable', on: true })
      expect(await look()).toContainEqual(
        expect.stringMatching(
          /^secrets-not-readable broken: .*flashfusion\/.*and 6 more → .*vault-policy.hcl/,
        ),
      )
    } finally {
      await workspace.close()
    }
  })
})

describe('what the bot has done', () => {
  it('proves that it may', async () => {
    const workspace = await openWorkspace()
    try {
      await completeAllSteps(workspace.operator, await start(workspace.operator))
      expect(troubles(await runHealthChecks(workspace.bot.context, () => {}))).toEqual([
        AT_FIRST[0],
        expect.stringMatching(
          /^repository-permissions unknown: The bot last wrote Contents on .*Actions on .*Issues on .*; write access to Pull requests/,
        ),
        AT_FIRST[2],
      ])
    } finally {
      await workspace.close()
    }
  }, 120_000)
})
