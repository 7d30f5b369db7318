import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KilledBot, startKilledBot } from '#test/support/killed-bot'
import { expectNothingDoubled, logRows, notices } from '#test/support/nothing-doubled'
import { Person } from '#test/support/person'
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
    await operator.type('/rotation start')
    const form = await operator.modal('start')
    await killAtNext('slack', () => operator.submit(form, { reason: 'killed while posting the card' }))
    await operator.card('R1')
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')

    const view = await openStep(operator, 'R1', 'rotation-execution')
    await killAtNext('ci', () => operator.press(view, 'start-workflow'))
    await operator.card('R1', '9 of 9')
    await operator.close(view)
    await completeStep(operator, 'R1', 'rotation-execution')

    // The next change of the repository must be that of the next step.
    await expect
      .poll(async () => (await logRows(operator)).map((row) => row.event), { timeout: 15_000 })
      .toEqual(['rotated'])
    await killAtNext('repository', () => completeStep(operator, 'R1', 'integration-verification'))
    await completeStep(operator, 'R1', 'audit-logging')
    await signOff(lead, 'R1', 'devops-lead')
    await killAtNext('repository', () => signOff(owner, 'R1', 'ai-ops-owner'))
    await killAtEach(5, 3_000)
    await promote(operator, 'R1')
    expect(await notices(operator)).toEqual([])
    await completeRotation(operator, 'R1', 'bot')
    await expect.poll(async () => (await notices(operator)).length, { timeout: 15_000 }).toBe(1)
    expect(kills()).toBeGreaterThan(5)

    await expectNothingDoubled(operator)
  }, 300_000)
})
