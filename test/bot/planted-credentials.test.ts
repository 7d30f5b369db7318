import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SUBCOMMANDS } from '#commands/slash/index'
import { CREDENTIALS } from '#sandbox/demo-users'
import { createGenerator } from '#test/redaction/corpus/generator'
import { type OverheardWorkspace, openOverheardWorkspace } from '#test/support/overheard-workspace'
import { eventually, type Person, wordsOf } from '#test/support/person'
import { completeAllSteps, escalate, openSignOff, start } from '#test/support/run-rotation'

/** Each inlet has a credential of its own, so that one that is found names the way it took. */
const planted = new Map<string, string>()
function plant(inlet: string): string {
  const value = planted.get(inlet) ?? `gh${'p'}_${createGenerator(planted.size + 500).base62(36)}`
  planted.set(inlet, value)
  return value
}

type Json = Record<string, unknown>

/** Calls `change` with every object in an answer of JSON. */
function walk(value: unknown, change: (each: Json) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, change)
  else if (typeof value === 'object' && value !== null) {
    change(value as Json)
    for (const each of Object.values(value)) walk(each, change)
  }
}

const inUrl = (inlet: string, url: unknown): string => `${url}?access_token=${plant(inlet)}`
const inText = (content: string, pattern: RegExp, inlet: string): string =>
  Buffer.from(
    Buffer.from(content, 'base64')
      .toString()
      .replace(pattern, `$1${plant(inlet)}`),
  ).toString('base64')

function inGithub(path: string, answer: unknown): void {
  walk(answer, (each) => {
    for (const key of ['html_url', 'environment_url', 'log_url', 'target_url'])
      if (typeof each[key] === 'string') each[key] = inUrl(`GitHub ${key}`, each[key])
    if (typeof each.display_title === 'string' && !/R\d/.test(each.display_title))
      each.display_title = `Deploy with ${plant('the title of a run')}`
    for (const key of ['login', 'description', 'message'])
      if (typeof each[key] === 'string') each[key] = plant(`GitHub ${key}`)
    if (typeof each.content === 'string' && path.includes('registry'))
      each.content = inText(each.content, /(owner: )\S+/g, 'the owner in the registry')
    if (typeof each.content === 'string' && path.includes('workflows'))
      each.content = inText(each.content, /(description: )[^\n]+/g, 'the inputs of a workflow')
  })
}

function inAnswer(path: string, answer: unknown): unknown {
  if (path.startsWith('/github')) inGithub(path, answer)
  if (path.includes('/users.info'))
    walk(answer, (each) => {
      for (const key of ['name', 'real_name', 'display_name'])
        if (typeof each[key] === 'string') each[key] = plant(`Slack ${key}`)
    })
  if (path.startsWith('/aws'))
    walk(answer, (each) => {
      if (each.Key === 'owner') each.Value = plant('the tag owner')
      if ('ARN' in each) each.Description = plant('the description of a secret')
    })
  if (path.startsWith('/pagerduty'))
    walk(answer, (each) => {
      for (const key of ['name', 'summary', 'description', 'message'])
        if (typeof each[key] === 'string') each[key] = plant(`PagerDuty ${key}`)
    })
  if (path.startsWith('/prometheus'))
    walk(answer, (each) => {
      if (Array.isArray(each.result) && each.result[0])
        each.result.push({
          ...each.result[0],
          metric: { agent: plant('a label of telemetry'), version: plant('a version in telemetry') },
        })
    })
  return answer
}

/** What the rotation must have met; names of keys as the systems call them. */
const INLETS = [
  'the owner in the registry',
  'the tag owner',
  'the title of a run',
  'the inputs of a workflow',
  'a label of telemetry',
  'GitHub html_url',
  'GitHub login',
  'Slack name',
  'PagerDuty name',
  'a comment by somebody-else',
]

const WORDS = [...SUBCOMMANDS.map(({ usage }) => usage.split(' ')[0] ?? ''), 'nothing-known']

/** How each system says that it did not work. */
const FAILURES: [string, RegExp, number, (value: string) => unknown][] = [
  ['GitHub', /^\/github/, 500, (message) => ({ message })],
  [
    'GitHub that refuses',
    /^\/github/,
    403,
    (message) => ({ message, documentation_url: `https://x.example/?key=${message}` }),
  ],
  ['AWS', /^\/aws/, 400, (message) => ({ __type: 'AccessDeniedException', message })],
  ['PagerDuty', /^\/pagerduty/, 400, (message) => ({ status: 'invalid event', message, errors: [message] })],
  ['Prometheus', /^\/prometheus/, 422, (error) => ({ status: 'error', errorType: 'bad_data', error })],
  ['Slack', /^\/slack\/api\/(chat\.|users\.|conversations\.)/, 200, (error) => ({ ok: false, error })],
]

/** With another secrets manager and another issue tracker. */
const ELSEWHERE: typeof FAILURES = [
  ['Vault', /^\/vault/, 403, (error) => ({ errors: [error] })],
  ['Jira', /^\/jira/, 400, (message) => ({ errorMessages: [message], errors: { summary: message } })],
]

const DIGEST = /[0-9a-f]{64}/

async function closeAll(person: Person): Promise<void> {
  for (const view of (await person.views()).toReversed()) await person.close(view)
}

/** Waits until the doctor has looked at everything. */
async function runDoctor(person: Person): Promise<void> {
  await person.type('/rotation doctor')
  const found = async () => / (fine|broken|unknown)/.test(wordsOf((await person.views()).at(-1)))
  await eventually(found, 'what the doctor found')
  await closeAll(person)
}

/** What was planted and where it was found, beside what must have been planted. */
async function expectNowhere({ places }: OverheardWorkspace): Promise<void> {
  const written = await places()
  expect(written.get('the log')?.length).toBeGreaterThan(1_000)
  const found = [...planted].flatMap(([inlet, value]) =>
    [...written].flatMap(([place, text]) => (text.includes(value) ? [`${inlet}: ${place}`] : [])),
  )
  expect(found).toEqual([])
}

describe('a credential that is planted', () => {
  let overheard: OverheardWorkspace
  let operator: Person

  beforeAll(async () => {
    overheard = await openOverheardWorkspace({
      configure: (config) => ({
        ...config,
        'sign-off': { confirm: 'github' },
        people: { ...config.people, github: { U0DEVOPSLEAD: 'lead-on-github' } },
      }),
    })
    operator = overheard.workspace.operator
  }, 60_000)
  afterAll(() => overheard.close())

  const advance = (advanceMs: number) => operator.post('clock', { advanceMs })

  /** Looks at everything that names what other systems write. */
  const lookAround = async () => {
    for (const words of ['status', 'inventory', 'revocations', 'who', 'history', 'show R1', 'timeline R1'])
      await operator.type(`/rotation ${words}`)
    await operator.post('slack/home-opened', { user: operator.id })
    await runDoctor(operator)
  }

  it('in what other systems write is taken out, in a whole rotation', async () => {
    overheard.proxy.rewrite(inAnswer)
    const { devopsLead } = overheard.workspace
    const label = await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    const inputs = { rotation: 'by hand', environment: 'staging' }
    await operator.post('runs', { workflow: 'agents-orchestrate.yml', inputs, as: 'bystander' })
    await lookAround()
    await completeAllSteps(operator, label)
    await escalate(operator, label, 'help')
    await devopsLead.submit(await openSignOff(devopsLead, label, 'devops-lead'), {})
    const words = await eventually(async () => {
      const shown = wordsOf(await devopsLead.views())
      return DIGEST.test(shown) && shown
    }, 'the digest to confirm')
    for (const login of ['somebody-else', 'lead-on-github']) {
      const body = `${DIGEST.exec(words)?.[0]} ${plant(`a comment by ${login}`)}`
      await operator.post('github/comment', { login, body })
    }
    await advance(120_000)
    await lookAround()
    expect(INLETS.filter((inlet) => !planted.has(inlet))).toEqual([])
  }, 120_000)

  it.each(FAILURES)(
    'in an error of %s is taken out',
    async (system, path, status, bodyOf) => {
      overheard.proxy.fail(path, status, bodyOf(plant(`an error of ${system}`)))
      await advance(3_600_000)
      await operator.type('/rotation inventory')
      await runDoctor(operator)
      overheard.proxy.heal()
    },
    60_000,
  )

  it.each(WORDS)('in the command %s is refused, and not repeated', async (word) => {
    const value = plant(`the command ${word}`)
    await operator.type(`/rotation ${word} ${value}`)
    const answer = await operator.ephemeral('Your command contains what looks like')
    expect(wordsOf(answer)).not.toContain(value)
  })

  it('is found nowhere: not in the database, the log, and nothing that the bot sent', () =>
    expectNowhere(overheard))
})

describe('with Vault and Jira, a credential that is planted', () => {
  let overheard: OverheardWorkspace

  beforeAll(async () => {
    overheard = await openOverheardWorkspace({
      env: {
        ROTATION_CONFIG: fileURLToPath(new URL('../../sandbox/rotation.vault.config.yml', import.meta.url)),
        JIRA_BASE_URL: '{proxy}/jira/',
        JIRA_EMAIL: CREDENTIALS.jiraEmail,
        JIRA_API_TOKEN: CREDENTIALS.jiraToken,
      },
    })
  }, 60_000)
  afterAll(() => overheard.close())

  it.each(ELSEWHERE)('in an error of %s is taken out', async (system, path, status, bodyOf) => {
    const { operator } = overheard.workspace
    const label = await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    overheard.proxy.fail(path, status, bodyOf(plant(`an error of ${system}`)))
    await operator.type(`/rotation abort ${label}`)
    await operator.submit(await operator.modal('abort'), { reason: 'by mistake' })
    await operator.type('/rotation inventory')
    await runDoctor(operator)
    overheard.proxy.heal()
  })

  it('is found nowhere', () => expectNowhere(overheard))
})
