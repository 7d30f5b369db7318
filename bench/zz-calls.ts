import { benchCalls } from './calls.ts'
import { operationOf } from '#test/contract/aws-driver'
import { eventually, PATIENCE, Person } from '#test/support/person'
import { createRecordingProxy } from '#test/support/recording-proxy'
import { completeAllSteps, letVersionsRetire, promote, signByBoth, start } from '#test/support/run-rotation'
import { startBot, startWorkspace } from './apps.ts'
PATIENCE.waitMs = 90_000
const workspace = await startWorkspace({ tokens: 9, ciStepMs: 20 })
const address = workspace.env.GITHUB_API_URL ?? ''
const { origin, pathname } = new URL(address)
const proxy = await createRecordingProxy(origin)
const bot = await startBot(workspace, { variables: { GITHUB_API_URL: `${proxy.url}${pathname}` } })
const person = (id: string) => new Person(workspace.url, id)
const operator = person('U0OPERATOR')
let n = 0
async function phase(name: string) {
  const calls = proxy.calls.splice(0)
  n += calls.length
  console.log(`== ${name}: ${calls.length} (${n})`)
  for (const c of calls as any[]) console.log('  ', c.method, c.path ?? c.url, c.status ?? '')
  const { calls: slack } = await workspace.taken()
  console.log('   slack', JSON.stringify(slack), Object.values(slack).reduce((a: number, b: number) => a + b, 0))
}
await new Promise((r) => setTimeout(r, 6000))
await phase('before')
const label = await start(operator)
await phase('start')
await completeAllSteps(operator, label)
await phase('steps')
await signByBoth({ devopsLead: person('U0DEVOPSLEAD'), aiOpsOwner: person('U0AIOPSOWNER') }, label)
await phase('signed')
await promote(operator, label)
await phase('promoted')
await letVersionsRetire(operator, label, 9)
await phase('complete')
await bot.stop(); await workspace.stop(); await proxy.close()
process.exit(0)
