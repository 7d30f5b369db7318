import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { observeHolders } from '#operations/scheduled/observe-holders'
import { loadHome } from '#read-models/home'
import { eventually, everyOption, type Person, type View, wordsOf } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import { checkedStep, completeAllSteps, openSignOff, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** The sandbox's only user group; the operator is its only member. */
const GROUP = 'S0DEVOPSONCALL'
const READS = /usergroups\.users\.list/
/** How long Slack takes for a group: four reads of it, one after the other, would be too late for any form. */
const SLOW_MS = 900
const TOO_SLOW_MS = 2_500

/** The group holds every role; the bystander owns the rotation, and the DevOps lead is a delegate of the operator. */
describe('a user group that Slack is slow to read', () => {
  let workspace: Workspace
  let proxy: RecordingProxy
  let owner: Person
  let member: Person
  let delegate: Person
  let finished: string
  let working: string

  beforeAll(async () => {
    workspace = await openWorkspace({
      people: {
        operators: ['U0BYSTANDER', GROUP],
        'devops-lead': [GROUP],
        'ai-ops-owner': ['U0AIOPSOWNER', GROUP],
        'on-call': GROUP,
      },
      async connect(env) {
        const { origin } = new URL(env.SLACK_API_URL ?? '')
        proxy = await createRecordingProxy(origin)
        return { ...env, SLACK_API_URL: (env.SLACK_API_URL ?? '').replace(origin, proxy.url) }
      },
    })
    owner = workspace.bystander
    member = workspace.operator
    delegate = workspace.devopsLead
    // The schedule reads the holders hourly: not while a test counts.
    await observeHolders(workspace.bot.context)
    finished = await start(owner, { scope: ['environment:staging', 'agent:evaluator'] })
    await completeAllSteps(owner, finished)
    working = await start(owner, { scope: ['environment:staging', 'agent:tool-runner'] })
  }, 120_000)
  beforeEach(() => proxy.delay(SLOW_MS, READS))
  afterEach(() => proxy.letThrough())
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const reads = (): number => proxy.calls.filter((call) => READS.test(call.path)).length

  /** How often groups were read while a person did something. */
  const readsDuring = async (act: () => Promise<unknown>): Promise<number> => {
    const before = reads()
    await act()
    return reads() - before
  }

  const submit = async (person: Person, view: View, answers: Parameters<Person['submit']>[1]) => {
    const result = await person.submit(view, answers)
    expect(result).toMatchObject({ ok: true })
    expect(result.errors).toBeUndefined()
  }

  it('is read once when a holder names a delegate', async () => {
    const day = new Date(workspace.sandbox.clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10)
    const command = `delegate <@U0DEVOPSLEAD|devops-lead> until ${day} devops-lead`
    const reads = await readsDuring(async () => {
      await member.type(`/rotation ${command}`)
      await member.ephemeral('on your behalf')
    })
    expect(reads).toBe(1)
  })

  it('is read once when the holders of the roles are listed', async () => {
    const reads = await readsDuring(async () => {
      await owner.type('/rotation delegate')
      await owner.ephemeral('is the delegate of')
    })
    expect(reads).toBe(1)
  })

  it('is read once for the App Home', async () => {
    const home = async (person: Person) => loadHome(workspace.bot.context, person.id)
    expect(await readsDuring(() => home(delegate))).toBe(1)
    expect(await readsDuring(() => home(member))).toBe(1)
    expect(await home(delegate)).toMatchObject({
      mayStart: false,
      roles: ['devops-lead'],
      delegations: [{ from: member.id }],
    })
    expect(await home(member)).toMatchObject({ mayStart: true, roles: ['devops-lead', 'ai-ops-owner'] })
  })

  it('is read once when a member opens a step, and once when they complete it', async () => {
    let view: View | null = null
    const opening = await readsDuring(async () => {
      await openStep(member, working, 'inventory-review')
      view = await checkedStep(member, 'inventory-review')
    })
    expect(opening).toBe(1)
    const form = view ?? (await checkedStep(member, 'inventory-review'))
    const completing = await readsDuring(() => submit(member, form, { attest: everyOption(form, 'attest') }))
    expect(completing).toBe(1)
  })

  it('is read once when a rotation is handed off by a member, to a member', async () => {
    const open = () => member.type(`/rotation handoff <@${member.id}|operator> ${working}`)
    const opening = await readsDuring(async () => {
      await open()
      await member.modal('handoff')
    })
    expect(opening).toBe(1)
    const form = await member.modal('handoff')
    const answers = { owner: { user: member.id }, reason: 'the end of a shift' }
    expect(await readsDuring(() => submit(member, form, answers))).toBe(1)
  })

  it('lets nobody in when it takes longer than a request waits, and says so in time', async () => {
    const form = await openSignOff(delegate, finished, 'devops-lead')
    proxy.delay(TOO_SLOW_MS, READS)
    const before = reads()
    const result = await delegate.submit(form, { comment: 'seen' })
    expect(Object.values(result.errors ?? {})).toEqual([
      expect.stringMatching(/^Slack did not say in time who you are/),
    ])
    expect(wordsOf(await owner.card(finished))).not.toContain('signed by')
    await delegate.close(form)
    // The answer comes when nobody waits for it any more; the next test does not count it.
    await eventually(async () => reads() > before, 'the late answer')
  })

  it('is read once when a delegate opens the sign-off and signs, and the signature is acknowledged', async () => {
    let form: View | null = null
    const opening = await readsDuring(async () => {
      form = await openSignOff(delegate, finished, 'devops-lead')
    })
    expect(opening).toBe(1)
    const opened = form ?? (await delegate.modal('sign-off'))
    expect(wordsOf(opened)).toContain('as delegate of operator')
    expect(await readsDuring(() => submit(delegate, opened, { comment: 'seen' }))).toBe(1)
    await eventually(
      async () =>
        wordsOf(await owner.card(finished)).includes('signed by devops-lead as delegate of operator'),
      'the signature on the card',
    )
  })

  it('is read once when a delegate opens a rejection, and once when they reject', async () => {
    const opening = await readsDuring(async () => {
      await delegate.click(await delegate.card(finished), 'reject')
      await delegate.modal('reject')
    })
    expect(opening).toBe(1)
    const form = await delegate.modal('reject')
    const answers = { reason: 'the ticket is empty', steps: ['audit-logging'] }
    expect(await readsDuring(() => submit(delegate, form, answers))).toBe(1)
    await owner.card(finished, 'step 5')
  })
})
