import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLogRows } from '#domain/rotation/log-file'
import { type KilledBot, startKilledBot } from '#test/support/killed-bot'
import { Person, wordsOf } from '#test/support/person'
import { completeRotation, completeStep, openStep, promote, signOff } from '#test/support/run-rotation'

/**
 * A bot that is killed with SIGKILL the moment another system has accepted a change of its: what it did has happened,
 * and it never learns of it.
 */
describe('a bot that is killed again and again', () => {
  let killed: KilledBot

  beforeAll(async () => {
    killed = await startKilledBot()
  })
  afterAll(() => killed.close())

  it('finishes the rotation with nothing lost and nothing doubled', async () => {
    const { sandbox, killAtNext, killAtEach, kills } = killed
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    const lead = new Person(sandbox.url, 'U0DEVOPSLEAD')
    const owner = new Person(sandbox.url, 'U0AIOPSOWNER')
    const notices = async () =>
      (await operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_notice')

    await operator.type('/rotation start')
    const form = await operator.modal('start')
    await killAtNext('slack', () => operator.submit(form, { reason: 'killed while posting the card' }))
    const card = await operator.card('R1')
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')

    const view = await openStep(operator, 'R1', 'rotation-execution')
    await killAtNext('ci', () => operator.press(view, 'start-workflow'))
    await operator.card('R1', '9 of 9')
    await operator.close(view)
    await completeStep(operator, 'R1', 'rotation-execution')

    await killAtNext('repository', () => completeStep(operator, 'R1', 'integration-verification'))
    await completeStep(operator, 'R1', 'audit-logging')
    await signOff(lead, 'R1', 'devops-lead')
    await killAtNext('repository', () => signOff(owner, 'R1', 'ai-ops-owner'))
    await killAtEach(5, 3_000)
    await promote(operator, 'R1')
    expect(await notices()).toEqual([])
    await completeRotation(operator, 'R1', 'bot')
    await expect.poll(async () => (await notices()).length, { timeout: 15_000 }).toBe(1)
    expect(kills()).toBeGreaterThan(5)

    const cards = (await operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')
    expect(cards).toHaveLength(1)
    const thread = await operator.thread(card.ts)
    const jobs = thread.slice(1).flatMap((each) => each.metadata?.event_payload.job_id ?? [])
    expect(new Set(jobs).size).toBe(jobs.length)
    expect(thread.filter((each) => wordsOf(each).includes('completed step'))).toHaveLength(5)

    const runs = await operator.get<{ name: string; title: string }[]>('runs')
    expect(
      runs.filter((run) => run.title.endsWith(' R1') && run.name === 'agents:rotate-tokens'),
    ).toHaveLength(1)
    const secrets = await operator.get<{ versions: unknown[] }[]>('secrets')
    expect(secrets.map((secret) => secret.versions.length)).toEqual(secrets.map(() => 3))

    const { files } = await operator.get<{ files: { path: string; content: string }[] }>('repository')
    const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    const rows = readLogRows(log)
    expect(rows.map((row) => row.event)).toEqual([
      'rotated',
      'validated',
      'approved',
      'promoted',
      'completed',
    ])
  }, 300_000)
})
