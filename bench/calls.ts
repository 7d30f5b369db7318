import { operationOf } from '#test/contract/aws-driver'
import { eventually, PATIENCE, Person } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import { completeAllSteps, letVersionsRetire, promote, signByBoth, start } from '#test/support/run-rotation'
import { type StrictWorkspace, startBot, startWorkspace } from './apps.ts'
import type { BenchOptions } from './options.ts'
import type { Result } from './result.ts'

/** Duration of a token's rotation in the simulated CI: what is counted is not how long people wait. */
const CI_STEP_MS = 20
const SIZES = [9, 100]
/** A hundred tokens are read at 20 a second. */
const PATIENCE_MS = 90_000

/** At most so many calls in a rotation without trouble. AWS: a token, beside the pages of its list. */
const MOST = {
  aws: { untilApproval: 4, untilComplete: 4 },
  github: { untilApproval: 25, untilComplete: 50 },
  slack: { few: 80, many: 120 },
}

interface Counts {
  awsPages: number
  aws: number
  github: number
  slack: number
}

/** Counts the calls to AWS, GitHub and Slack in rotations whose old versions the bot revokes, with its usual periods. */
export async function benchCalls(say: (line: string) => void, { quick }: BenchOptions): Promise<Result[]> {
  PATIENCE.waitMs = PATIENCE_MS
  const sizes = quick ? SIZES.slice(0, 1) : SIZES
  // At the same time, because calls are counted and not timed.
  const counted = await Promise.all(sizes.map((tokens) => countRotation(tokens)))
  const results = counted.flatMap(({ approved, complete }, at) => rows(sizes[at] ?? 0, approved, complete))
  for (const { name, measured } of results) say(`  ${name}: ${measured}`)
  return results
}

async function countRotation(tokens: number): Promise<{ approved: Counts; complete: Counts }> {
  const workspace = await startWorkspace({ tokens, ciStepMs: CI_STEP_MS })
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: aws = '', GITHUB_API_URL: github = '' } = workspace.env
  const [toAws, toGithub] = [await proxyOf(aws), await proxyOf(github)]
  const bot = await startBot(workspace, {
    variables: { AWS_ENDPOINT_URL_SECRETS_MANAGER: toAws.url, GITHUB_API_URL: toGithub.url },
  })
  const person = (id: string) => new Person(workspace.url, id)
  const operator = person('U0OPERATOR')
  const count = () => countAll(workspace, toAws.proxy, toGithub.proxy)
  try {
    await eventually(async () => toAws.proxy.calls.length > tokens, 'the first reading of the ages')
    await count()
    const label = await start(operator)
    await completeAllSteps(operator, label)
    await signByBoth({ devopsLead: person('U0DEVOPSLEAD'), aiOpsOwner: person('U0AIOPSOWNER') }, label)
    const approved = await count()
    await promote(operator, label)
    await letVersionsRetire(operator, label, tokens)
    return { approved, complete: await count() }
  } finally {
    await bot.stop()
    await workspace.stop()
    for (const { proxy } of [toAws, toGithub]) await proxy.close()
  }
}

async function proxyOf(address: string): Promise<{ proxy: RecordingProxy; url: string }> {
  const { origin, pathname } = new URL(address)
  const proxy = await createRecordingProxy(origin)
  return { proxy, url: `${proxy.url}${pathname}` }
}

/** What was called since the last count. */
async function countAll(
  workspace: StrictWorkspace,
  aws: RecordingProxy,
  github: RecordingProxy,
): Promise<Counts> {
  const operations = aws.calls.splice(0).map(operationOf)
  const awsPages = operations.filter((operation) => operation === 'ListSecrets').length
  const { calls } = await workspace.taken()
  return {
    awsPages,
    aws: operations.length - awsPages,
    github: github.calls.splice(0).length,
    slack: Object.values(calls).reduce((sum, count) => sum + count, 0),
  }
}

function rows(tokens: number, approved: Counts, complete: Counts): Result[] {
  const of = `in a rotation of ${tokens} tokens`
  const slack = approved.slack + complete.slack
  return [
    awsRow(`until its approval`, tokens, approved, MOST.aws.untilApproval),
    awsRow(`from then until it is complete`, tokens, complete, MOST.aws.untilComplete),
    countRow(`Calls to GitHub ${of} until its approval`, approved.github, MOST.github.untilApproval),
    countRow(
      `Calls to GitHub ${of} until it is complete`,
      approved.github + complete.github,
      MOST.github.untilComplete,
    ),
    countRow(`Calls to Slack ${of}`, slack, tokens === SIZES[0] ? MOST.slack.few : MOST.slack.many),
  ]
}

function awsRow(when: string, tokens: number, { aws, awsPages }: Counts, most: number): Result {
  const each = aws / tokens
  return {
    name: `Calls to AWS a token in a rotation of ${tokens} tokens ${when}: ${aws}, and ${awsPages} pages of the list`,
    measured: each.toFixed(1),
    target: `≤ ${most}`,
    met: each <= most,
  }
}

const countRow = (name: string, count: number, most: number): Result => ({
  ...{ name, measured: String(count), target: `≤ ${most}` },
  met: count <= most,
})
