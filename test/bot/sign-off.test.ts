import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLogRows } from '#domain/rotation/log-file'
import { change } from '#operations/change'
import { loadState } from '#read-models/rotation-state'
import { FORGED_ANSWERS, forgedForm } from '#test/support/forged-view'
import { eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, completeStep, openSignOff, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('sign-off', () => {
  let workspace: Workspace
  let label: string

  beforeAll(async () => {
    // One person holds both roles, and the owner of the rotation holds one: both must be refused.
    workspace = await openWorkspace({
      people: {
        'devops-lead': ['U0DEVOPSLEAD', 'U0OPERATOR'],
        'ai-ops-owner': ['U0AIOPSOWNER', 'U0DEVOPSLEAD'],
      },
    })
    label = await start(workspace.operator, {
      scope: ['environment:staging', 'environment:production', 'agent:evaluator'],
    })
    await completeAllSteps(workspace.operator, label)
  }, 60_000)
  afterAll(() => workspace.close())

  const refusal = async (person: Workspace['operator'], role: string): Promise<string> => {
    const card = await eventually(async () => {
      const found = await person.card(label)
      return JSON.stringify(found.blocks).includes(`sign-off:${role}`) && found
    }, 'the sign-off buttons')
    await person.click(card, `sign-off:${role}`)
    const view = await eventually(async () => {
      const top = (await person.views()).at(-1)
      return top && !wordsOf(top).includes('Loading') && top
    }, 'an answer')
    await person.close(view)
    return wordsOf(view)
  }

  it('is asked of the approvers, who are notified in the thread', async () => {
    const card = await workspace.operator.card(label)
    const thread = await eventually(async () => {
      const words = wordsOf((await workspace.operator.thread(card.ts)).slice(1))
      return words.includes('<@U0AIOPSOWNER>') && words
    }, 'the request')
    expect(thread).toContain('<@U0DEVOPSLEAD>')
  })

  it('is refused to the owner, to bystanders, and to whoever does not hold the role', async () => {
    expect(await refusal(workspace.operator, 'devops-lead')).toContain('You own or owned this rotation')
    expect(await refusal(workspace.bystander, 'devops-lead')).toContain('You may not sign as DevOps lead')
    expect(await refusal(workspace.aiOpsOwner, 'devops-lead')).toContain('You may not sign as DevOps lead')
  })

  it('shows what is signed on one screen, and links the full record before anybody signs', async () => {
    const { devopsLead, operator, bot } = workspace
    const card = await operator.card(label)
    const files = await eventually(async () => {
      const found = (await operator.thread(card.ts)).flatMap((each) => each.files ?? [])
      return found.some(({ name }) => /sign-off-[0-9a-f]+\.html$/.test(name)) && found
    }, 'the record')
    const view = await openSignOff(devopsLead, label, 'devops-lead')
    const words = wordsOf(view)
    for (const part of ['✓ *1 Inventory review*', '*staging* · old tokens', 'checks passed'])
      expect(words).toContain(part)
    const { digest = '' } = (await loadState(bot.context, bot.context.db, Number(label.slice(1)))) ?? {}
    expect(words).toContain(`digest \`${digest.slice(0, 8)}\``)
    expect(words).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
    expect(words).not.toContain(digest)
    for (const kind of ['json', 'html'])
      expect(words).toContain(files.find(({ name }) => name.endsWith(`.${kind}`))?.permalink)
    await devopsLead.close(view)
  })

  it('uploads the record of what changed since, once, when the form is opened', async () => {
    const { aiOpsOwner, operator, bot } = workspace
    const { db, clock } = bot.context
    const card = await operator.card(label)
    const records = async () =>
      (await operator.thread(card.ts))
        .flatMap((each) => each.files ?? [])
        .filter(({ name }) => /sign-off-[0-9a-f]+\.json$/.test(name)).length
    const before = await records()
    const look = async () => {
      const view = await openSignOff(aiOpsOwner, label, 'ai-ops-owner')
      await aiOpsOwner.close(view)
      return wordsOf(view)
    }
    expect(await look()).not.toContain('Since you last looked')
    await change(bot.context, Number(label.slice(1)), (rotation) => ({
      rotation: { ...rotation, ownerId: 'U0BYSTANDER' },
      events: [
        {
          type: 'owner-changed',
          rotationId: rotation.id,
          actor: 'U0OPERATOR',
          at: clock.now(),
          data: { from: 'U0OPERATOR', to: 'U0BYSTANDER', reason: 'on leave' },
        },
      ],
    }))
    const changed = await look()
    expect(changed).toContain('• handed to bystander by operator')
    expect(changed).toMatch(/Full record:\* files in/)
    await eventually(async () => (await records()) === before + 1, 'the new record')
    const again = await look()
    expect(again).toContain('page to read')
    expect(again).toContain('nothing changed')
    expect(await records()).toBe(before + 1)
    expect(
      await db.selectFrom('outboxJobs').select('id').where('kind', '=', 'sign-off-record').execute(),
    ).toHaveLength(before + 1)
  })

  it('is withdrawn by a rejection, which reopens the steps that it names', async () => {
    const stale = await openSignOff(workspace.aiOpsOwner, label, 'ai-ops-owner')
    await signOff(workspace.devopsLead, label, 'devops-lead')
    await workspace.aiOpsOwner.close(stale)
    await workspace.aiOpsOwner.click(await workspace.aiOpsOwner.card(label), 'reject')
    const form = await workspace.aiOpsOwner.modal('reject')
    const unnamed = await workspace.aiOpsOwner.submit(form, { reason: 'the ticket is empty', steps: [] })
    expect(unnamed.errors?.steps).toBeTruthy()
    const done = await workspace.aiOpsOwner.submit(form, {
      reason: 'the ticket is empty',
      steps: ['audit-logging'],
    })
    expect(done.errors).toBeUndefined()
    expect(wordsOf(await workspace.operator.card(label, 'step 5'))).not.toContain('sign-off:')
  })

  it('does not count what was signed before the rejection, nor a modal from before it', async () => {
    await completeStep(workspace.operator, label, 'audit-logging')
    const view = await openSignOff(workspace.devopsLead, label, 'devops-lead')
    await workspace.aiOpsOwner.click(await workspace.aiOpsOwner.card(label), 'reject')
    const form = await workspace.aiOpsOwner.modal('reject')
    await workspace.aiOpsOwner.submit(form, { reason: 'once more', steps: ['audit-logging'] })
    await completeStep(workspace.operator, label, 'audit-logging')
    const late = await workspace.devopsLead.submit(view, { comment: '' })
    expect(late.errors?.comment).toMatch(/changed/)
    await workspace.devopsLead.close(view)
  })

  it('is refused for what was not shown, or shown for another role', async () => {
    const { aiOpsOwner, devopsLead, bot } = workspace
    const genuine = await openSignOff(aiOpsOwner, label, 'ai-ops-owner')
    const { digest } = (await loadState(bot.context, bot.context.db, Number(label.slice(1)))) ?? {}
    await aiOpsOwner.close(genuine)
    // The AI Ops owner has seen this digest, the DevOps lead has not since the rejection.
    const forge = async (person: Workspace['operator'], role: string) => {
      const { trigger_id = '' } = (await person.type('/rotation help')) as { trigger_id?: string }
      const view = forgedForm('sign-off', { rotation: label, role, digest: digest ?? '' })
      const opened = await bot.context.slack.views.open({ trigger_id, view })
      const shown = await eventually(
        async () => (await person.views()).find((each) => each.id === opened.view?.id),
        'the forged form',
      )
      const { errors = {} } = await person.submit(shown, FORGED_ANSWERS)
      await person.close(shown)
      return Object.values(errors).join()
    }
    expect(await forge(devopsLead, 'devops-lead')).toContain('This was not shown to you')
    // Holds both roles here, and has only opened the other one.
    expect(await forge(devopsLead, 'ai-ops-owner')).toContain('This was not shown to you')
    expect(await forge(aiOpsOwner, 'devops-lead')).toContain('You may not sign as DevOps lead')
  })

  it('cannot be given for both roles by one person', async () => {
    await signOff(workspace.devopsLead, label, 'devops-lead')
    expect(await refusal(workspace.devopsLead, 'ai-ops-owner')).toMatch(
      /already signed as DevOps lead|both roles/,
    )
  })

  it('looks again at what is old, and is refused for what no longer holds', async () => {
    const { aiOpsOwner, operator } = workspace
    const early = await openSignOff(aiOpsOwner, label, 'ai-ops-owner')
    await operator.post('faults', { id: 'telemetry-unavailable', on: true })
    await operator.post('clock', { advanceMs: 16 * 60_000 })
    const late = await aiOpsOwner.submit(early, { comment: 'seen' })
    expect(late).toMatchObject({ response_action: 'update' })
    const words = async () => wordsOf((await aiOpsOwner.views()).at(-1))
    await eventually(async () => (await words()).includes('had passed'), 'the refusal')
    expect(await words()).toContain('Agents work in staging – not read')
    expect(wordsOf(await operator.card(label))).not.toContain('signed by ai-ops-owner')
    await aiOpsOwner.close((await aiOpsOwner.views()).at(-1) ?? early)
    await operator.post('faults', { id: 'telemetry-unavailable', on: false })
  })

  it('of both roles approves, with every decision in the log', async () => {
    await signOff(workspace.aiOpsOwner, label, 'ai-ops-owner')
    await workspace.operator.card(label, 'deploy to production')
    const rows = await eventually(async () => {
      const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
        'repository',
      )
      const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
      const found = readLogRows(log).map((row) => row.event)
      return found.includes('approved') && found
    }, 'the entry')
    expect(rows).toEqual(['rotated', 'validated', 'rejected', 'rejected', 'approved'])
  })
})
