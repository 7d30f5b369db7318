import { operationOf } from '#test/contract/aws-driver'
import { eventually } from '#test/support/person'
import { createRecordingProxy } from '#test/support/recording-proxy'
import { completeAllSteps, letVersionsRetire, promote, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace } from '#test/support/workspace'
import type { Result } from './result.ts'

const TOKENS = 9
/** Calls a token, beside the pages of the list. */
const MOST = { untilApproval: 4, untilDestroyed: 4 }

/** Counts the calls to AWS in a rotation of the sandbox's nine tokens, whose old versions the bot revokes. */
export async function benchCalls(say: (line: string) => void): Promise<Result[]> {
  const opened: Awaited<ReturnType<typeof createRecordingProxy>>[] = []
  const workspace = await openWorkspace({
    revoker: 'bot',
    async connect(env) {
      const endpoint = new URL(env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '')
      const proxy = await createRecordingProxy(endpoint.origin)
      opened.push(proxy)
      return { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: `${proxy.url}${endpoint.pathname}` }
    },
  })
  const all = () => opened.flatMap((proxy) => proxy.calls.map(operationOf))
  const count = () => {
    const pages = all().filter((operation) => operation === 'ListSecrets').length
    const readings = all().length - pages
    for (const proxy of opened) proxy.calls.length = 0
    return { pages, readings }
  }
  try {
    await eventually(async () => all().length > TOKENS, 'the first reading of the ages')
    count()
    const label = await start(workspace.operator)
    await completeAllSteps(workspace.operator, label)
    await signByBoth(workspace, label)
    const approved = count()
    await promote(workspace.operator, label)
    await letVersionsRetire(workspace.operator, label)
    const results = [
      result('from the start to the approval', approved, MOST.untilApproval),
      result('from the approval until the old versions are destroyed', count(), MOST.untilDestroyed),
    ]
    for (const { name, measured } of results) say(`  ${name}: ${measured}`)
    return results
  } finally {
    await workspace.close()
    for (const proxy of opened) await proxy.close()
  }
}

function result(
  when: string,
  { pages, readings }: { pages: number; readings: number },
  most: number,
): Result {
  const each = readings / TOKENS
  return {
    name: `Calls to AWS a token ${when}: ${readings} for ${TOKENS} tokens, and ${pages} pages of the list`,
    measured: each.toFixed(1),
    target: `≤ ${most}`,
    met: each <= most,
  }
}
