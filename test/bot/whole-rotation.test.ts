import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEvents } from '#db/queries/events'
import { findChainBreak } from '#domain/rotation/event-chain'
import { readLogRows } from '#domain/rotation/log-file'
import { eventually, type Person, wordsOf } from '#test/support/person'
import { completeAllSteps, completeRotation, promote, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const notices = async (person: Person) =>
  (await person.messages()).filter((each) => each.metadata?.event_type === 'rotation_notice')

interface SecretShown {
  name: string
  tags: Record<string, string>
  versions: { id: string; createdAt: string; labels: string[] }[]
}

interface RepositoryShown {
  files: { path: string; content: string }[]
  commits: { message: string }[]
}

/** Each secrets manager, with a variable that keeps the bot from asking the other by mistake. */
const MANAGERS = [
  { name: 'AWS Secrets Manager', env: { VAULT_ADDR: 'http://127.0.0.1:9' } },
  {
    name: 'Vault',
    env: {
      ROTATION_CONFIG: fileURLToPath(new URL('../../sandbox/rotation.vault.config.yml', import.meta.url)),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9',
    },
  },
]

describe.each(MANAGERS)('a whole rotation with $name', ({ env }) => {
  let workspace: Workspace
  let before: SecretShown[]

  beforeAll(async () => {
    workspace = await openWorkspace({ connect: async (given) => ({ ...given, ...env }) })
    before = await workspace.operator.get('secrets')
    const { operator, devopsLead, aiOpsOwner } = workspace
    const label = await start(operator)
    expect(label).toBe('R1')
    await completeAllSteps(operator, 'R1')
    await signOff(devopsLead, 'R1', 'devops-lead')
    // Nothing is called complete before it is.
    expect(await notices(operator)).toEqual([])
    await signOff(aiOpsOwner, 'R1', 'ai-ops-owner')
    await promote(operator, 'R1')
    expect(await notices(operator)).toEqual([])
    await completeRotation(operator, 'R1')
  }, 180_000)
  afterAll(() => workspace.close())

  const current = (secret: SecretShown) =>
    secret.versions.find((version) => version.labels.includes('AWSCURRENT'))

  it('gives every secret a new current version with the tags of the runbook', async () => {
    const after = await workspace.operator.get<SecretShown[]>('secrets')
    expect(after).toHaveLength(9)
    for (const secret of after) {
      const old = before.find((each) => each.name === secret.name)
      expect(current(secret)?.id).not.toBe(old && current(old)?.id)
      expect(secret.tags).toMatchObject({
        env: expect.any(String),
        scope: expect.any(String),
        expiry: expect.any(String),
      })
      expect(secret.tags.version).toBe(current(secret)?.id)
    }
  })

  it('commits an entry of each decision to the rotation log', async () => {
    const rows = await eventually(async () => {
      const { files } = await workspace.operator.get<RepositoryShown>('repository')
      const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
      const found = readLogRows(log)
      return found.length >= 5 && found
    }, 'five log entries')
    expect(rows.map((row) => [row.rotation, row.event])).toEqual([
      ['R1', 'rotated'],
      ['R1', 'validated'],
      ['R1', 'approved'],
      ['R1', 'promoted'],
      ['R1', 'completed'],
    ])
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3, 4, 5])
    expect(Object.fromEntries(rows[2]?.cells ?? [])).toMatchObject({
      owner: 'operator (U0OPERATOR)',
      environments: 'production, staging, sandbox',
      'sign-offs': expect.stringContaining('devops-lead: devops-lead (U0DEVOPSLEAD) approved'),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      seal: '–',
    })
    expect(rows[3]?.cells.get('environments')).toBe('production')
    expect(rows.flatMap((row) => (row.cells.get('digest') === '–' ? [] : row.event))).toEqual(['approved'])
    const events = await findEvents(workspace.bot.context.db)
    expect(
      findChainBreak(
        events,
        rows.flatMap((row) => row.head ?? []),
      ),
    ).toBeNull()
  })

  it('posts one card, a thread that names each step once, and one completion notice', async () => {
    const notice = await eventually(async () => {
      const found = (await workspace.bystander.messages()).filter(
        (each) => each.metadata?.event_type === 'rotation_notice',
      )
      return found.length > 0 && found
    }, 'the notice')
    expect(notice).toHaveLength(1)
    expect(wordsOf(notice)).toContain('R1 complete: 9 tokens rotated in sandbox, staging, production')
    const card = await workspace.operator.card('R1', 'Complete after')
    const thread = (await workspace.operator.thread(card.ts)).slice(1).map(wordsOf)
    const completed = thread.filter((line) => line.includes('completed step'))
    // A line that gathers what goes on may be posted after a later one.
    expect(completed.map((line) => /step (\d)/.exec(line)?.[1]).sort()).toEqual(['1', '2', '3', '4', '5'])
    expect(thread.filter((line) => line.includes('signed as'))).toHaveLength(2)
  })

  it('keeps every job as done, exactly once each', async () => {
    const states = await eventually(async () => {
      const rows = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select(['key', 'state', 'attempts'])
        .execute()
      return rows.every((row) => row.state === 'done' || row.state === 'superseded') && rows
    }, 'all jobs')
    expect(states.filter((row) => row.state === 'done' && row.attempts !== 1)).toEqual([])
  })
})
