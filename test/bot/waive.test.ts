import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verify } from '#cli/audit-verify'
import { REPOSITORY } from '#sandbox/demo-users'
import { readText, repositoryOf } from '#sandbox/github/repository'
import { connectClients } from '#startup/connect-systems'
import { eventually } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'
import { aSigningKey, publicPem } from '#test/support/signing-keys'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { decide } from '../../gate/rotation-gate.mjs'

const KEY = aSigningKey()
const HOUR = 3_600_000

describe('/rotation waive', () => {
  let workspace: Workspace
  const clock = () => Date.parse(workspace.bot.context.clock.now())
  const at = (hours: number) => String(Math.floor((clock() + hours * HOUR) / 1_000))
  const log = () => readText(repositoryOf(workspace.sandbox.world), REPOSITORY.log) ?? ''
  const gate = (now = clock()) => {
    const { repository, log: own } = workspace.config
    const place = {
      repository: repository.name,
      branch: own.branch ?? repository.branch,
      path: repository.log,
    }
    return decide(log(), { environment: 'production', place, publicKeys: [publicPem(KEY)], now })
  }

  beforeAll(async () => {
    workspace = await openWorkspace({
      configure: (config) => ({ ...config, signingKeys: { current: KEY, earlier: null } }),
    })
    const { operator } = workspace
    await start(operator, { scope: ['environment:production', 'agent:evaluator'] })
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(operator, 'R1', step)
    await eventually(async () => log().includes('| rotated |'), 'the row')
  }, 120_000)
  afterAll(() => workspace.close())

  it('is for approvers, and asks for an environment', async () => {
    const { operator, devopsLead } = workspace
    await operator.type('/rotation waive production')
    await eventually(
      async () => JSON.stringify(await operator.views()).includes('You may not let a release pass'),
      'the refusal',
    )
    for (const view of (await operator.views()).toReversed()) await operator.close(view)
    await devopsLead.type('/rotation waive')
    await devopsLead.ephemeral('No environment given')
  })

  it('refuses a time that is past or too far away, and a missing reason', async () => {
    const { devopsLead } = workspace
    await devopsLead.type('/rotation waive production')
    const form = await devopsLead.modal('waive')
    for (const hours of [-1, 7 * 24 + 1])
      expect((await devopsLead.submit(form, { until: at(hours), reason: 'a fix' })).errors?.until).toMatch(
        /from now until at most 7 days/,
      )
    expect((await devopsLead.submit(form, { until: at(2), reason: ' ' })).errors?.reason).toBeTruthy()
    expect(gate().state).toBe('closed')
    await devopsLead.close(form)
  })

  it('opens the gate until then, and is shown where the rotation is', async () => {
    const { devopsLead, bystander } = workspace
    await devopsLead.type('/rotation waive production')
    const form = await devopsLead.modal('waive')
    expect(
      (await devopsLead.submit(form, { until: at(2), reason: 'a fix for agents' })).errors,
    ).toBeUndefined()
    await eventually(async () => gate().state === 'open', 'the gate')
    expect(log()).toMatch(
      /\| – \| waived \| – \| .* \(U0DEVOPSLEAD\) \| production \| – \| devops-lead: .* waived \| until 20.*Z a fix for agents \|/,
    )
    expect(gate(clock() + 3 * HOUR).state).toBe('closed')

    const words = /production may be released without approval.*a fix for agents/i
    await eventually(async () => words.test(JSON.stringify(await devopsLead.card('R1'))), 'the card')
    await bystander.type('/rotation status')
    await bystander.ephemeral('may be released without approval')
    await eventually(
      async () => /let releases pass the promotion gate/.test(JSON.stringify(await bystander.messages())),
      'the message in the channel',
    )
    await bystander.post('slack/home-opened', { user: bystander.id })
    await eventually(
      async () => words.test(JSON.stringify(await bystander.get(`slack/home?user=${bystander.id}`))),
      'the App Home',
    )
  })

  it('is known to the audit, which names a row that says more', async () => {
    const { config, bot } = workspace
    const audit = () => verify(config, connectClients(config, bot.context.clock, bot.context.log))
    expect((await audit()).tampering).toEqual([])
    const files = repositoryOf(workspace.sandbox.world)
    const before = files.head()
    if (!before) throw new Error('no commit')
    files.commit({
      message: 'By hand',
      author: { login: 'x', name: 'x', email: 'x@x.example' },
      changes: [
        {
          path: REPOSITORY.log,
          content: Buffer.from(log().replace('production | – | devops', 'staging | – | devops')),
        },
      ],
    })
    try {
      const places = (await audit()).tampering.map(({ place, sentence }) => `${place}: ${sentence}`)
      expect(places).toContainEqual(
        expect.stringMatching(/^row \d+ of the log \(“waived”\): Its environments? is/),
      )
    } finally {
      files.branch(REPOSITORY.branch, before)
    }
  })

  it('is refused to an approver who worked on the rotation', async () => {
    const { db } = workspace.bot.context
    const setOwner = (ownerId: string) =>
      db.updateTable('rotations').set({ ownerId }).where('id', '=', 1).execute()
    await setOwner('U0AIOPSOWNER')
    const { aiOpsOwner } = workspace
    await aiOpsOwner.type('/rotation waive production')
    const form = await aiOpsOwner.modal('waive')
    const refused = await aiOpsOwner.submit(form, { until: at(2), reason: 'mine' })
    // As it was: at the end, the audit finds nothing.
    await setOwner('U0OPERATOR')
    expect(refused.errors?.reason).toMatch(/You worked on R1/)
  })
})
