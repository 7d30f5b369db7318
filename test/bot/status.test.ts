import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAges } from '#operations/readings/read-ages'
import { operationOf } from '#test/contract/aws-driver'
import { eventually, type Person, wordsOf } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const TOKENS = 9
const COMMANDS = 20
const HALF_A_MINUTE = 31_000

describe('the status', () => {
  let proxy: RecordingProxy
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({
      // Nothing is read but what people ask for.
      tasks: [],
      async connect(env) {
        const { origin, pathname } = new URL(env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '')
        proxy = await createRecordingProxy(origin)
        return { ...env, AWS_ENDPOINT_URL_SECRETS_MANAGER: `${proxy.url}${pathname}` }
      },
    })
  })
  afterEach(async () => {
    await workspace.close()
    await proxy.close()
  })

  const answers = async (person: Person) =>
    (await person.messages()).filter((each) => each.ephemeral).map(wordsOf)
  const answered = (person: Person, count: number) =>
    eventually(async () => {
      const found = await answers(person)
      return found.length >= count && found
    }, `${count} answers`)
  const readings = () => proxy.calls.filter((call) => operationOf(call) === 'ListSecrets').length

  it('costs one reading of the secrets manager, however often and by however many it is asked for', async () => {
    const { bystander, operator, bot, sandbox } = workspace
    await readAges(bot.context)
    sandbox.clock.advance(HALF_A_MINUTE)
    proxy.calls.length = 0
    for (const person of Array.from({ length: COMMANDS }, (_, index) => (index % 2 ? operator : bystander)))
      await person.type('/rotation status')
    await answered(bystander, COMMANDS / 2)
    await answered(operator, COMMANDS / 2)
    await eventually(async () => proxy.calls.length > TOKENS, 'the reading')
    expect(readings()).toBe(1)
    expect(proxy.calls).toHaveLength(1 + TOKENS)
    // Nothing else was seen, so nothing is sent again.
    expect(await answers(bystander)).toHaveLength(COMMANDS / 2)
  })

  it('is answered from what was read last, with its age, while the secrets manager does not answer', async () => {
    const { bystander, bot, sandbox } = workspace
    await readAges(bot.context)
    const readAt = bot.context.clock.now().slice(0, 16).replace('T', ' ')
    sandbox.clock.advance(2 * HALF_A_MINUTE)
    bot.context.waits.forReading = 50
    proxy.delay(60_000, /.*/)
    await bystander.type('/rotation status')
    const words = wordsOf(await bystander.ephemeral('1 d overdue (age 31 d)'))
    expect(words).toMatch(new RegExp(`Token ages as of .*${readAt} UTC`))
  })

  it('is answered once, with the ages, also before anything was read', async () => {
    const { bystander, operator } = workspace
    const label = await start(operator)
    await workspace.bot.context.db.deleteFrom('settings').where('key', '=', 'tokens-read').execute()
    await bystander.type('/rotation status')
    const [only] = await answered(bystander, 1)
    expect(only).toContain(label)
    expect(only).toContain('1 d overdue (age 31 d)')
  })

  it('is answered once, with what the reading shows', async () => {
    const { bystander, operator, bot, sandbox } = workspace
    await readAges(bot.context)
    sandbox.clock.advance(HALF_A_MINUTE)
    await operator.post('faults', { id: 'secrets-access-denied', on: true })
    await bystander.type('/rotation status')
    expect(await answered(bystander, 1)).toEqual([expect.stringContaining('1 token not read')])
    // A reading of this half minute is not made again.
    proxy.calls.length = 0
    await bystander.type('/rotation status')
    expect((await answered(bystander, 2)).at(-1)).toContain('1 token not read')
    expect(proxy.calls).toEqual([])
  })

  it('is sent again when a slow reading shows other ages', async () => {
    const { bystander, operator, bot, sandbox } = workspace
    await readAges(bot.context)
    sandbox.clock.advance(HALF_A_MINUTE)
    bot.context.waits.forReading = 0
    proxy.delay(300, /.*/)
    await operator.post('faults', { id: 'secrets-access-denied', on: true })
    await bystander.type('/rotation status')
    const [first, then] = await answered(bystander, 2)
    expect(first).not.toContain('not read')
    expect(then).toContain('1 token not read')
  })
})
