import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { readLogRows } from '#domain/rotation/log-file'
import type { Rotation } from '#domain/rotation/rotation'
import { elementsOf, eventually, wordsOf } from '#test/support/person'
import { completeAllSteps, completeStep, promote, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000

interface SecretShown {
  name: string
  versions: { id: string; labels: string[] }[]
}

describe('rolling tokens back', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
  })
  afterEach(() => workspace.close())

  const rotation = async (): Promise<Rotation> => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no rotation')
    return found
  }
  const rows = () => findRevocations(workspace.bot.context.db, 1)
  const offers = async (action: string) =>
    elementsOf((await workspace.operator.card('R1')).blocks ?? []).some((each) => each.action_id === action)
  const logged = async () => {
    const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
      'repository',
    )
    return readLogRows(files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? '')
  }
  const currentOf = async (secret: string) =>
    (await workspace.operator.get<SecretShown[]>('secrets'))
      .find((each) => each.name === secret)
      ?.versions.find((each) => each.labels.includes('AWSCURRENT'))?.id

  const rollback = async (agents: string[]) => {
    const { operator } = workspace
    await operator.type('/rotation rollback R1')
    const form = await eventually(async () => {
      const top = (await operator.views()).at(-1)
      // The modal says that it is loading before it is filled.
      const isRefusal = top?.callback_id === 'message' && wordsOf(top).includes('Start a new rotation')
      return (top?.callback_id === 'rollback' || isRefusal) && top
    }, 'the form')
    if (form.callback_id === 'message') return { form, errors: undefined }
    const ids = (await rows())
      .filter((row) => agents.includes(`${row.agent}/${row.environment}`))
      .map((row) => String(row.id))
    const result = await operator.submit(form, { versions: ids, reason: 'staging refuses the new versions' })
    if (result.errors) await operator.close(form)
    return { form, errors: result.errors }
  }

  it('takes three of nine back to the end: verified again, signed again, and only their new versions retired', async () => {
    const { operator } = workspace
    await start(operator)
    await completeAllSteps(operator, 'R1')
    await signByBoth(workspace, 'R1')
    await promote(operator, 'R1')
    const before = await rotation()
    expect(before).toMatchObject({ status: 'retiring', round: 1 })

    const chosen = ['orchestrator/staging', 'evaluator/staging', 'evaluator/production']
    const { form, errors } = await rollback(chosen)
    expect(errors).toBeUndefined()
    expect(wordsOf(form)).toContain('both roles must sign again')
    const requested = await rotation()
    expect(requested).toMatchObject({ status: 'open', round: 2, promoted: [] })

    const isChosen = (token: { agent: string; environment: string }) =>
      chosen.includes(`${token.agent}/${token.environment}`)
    const back = await eventually(async () => {
      const tokens = (await rotation()).tokens.filter(isChosen)
      return tokens.every((token) => token.rollback?.currentAt) && tokens
    }, 'the old versions to be current')
    for (const token of back) {
      const was = before.tokens.find((each) => each.secret === token.secret)
      expect(token).toMatchObject({
        newVersionId: was?.previousVersionId,
        previousVersionId: was?.newVersionId,
      })
      expect(await currentOf(token.secret)).toBe(was?.previousVersionId)
    }
    await eventually(async () => (await logged()).some((row) => row.event === 'rolled-back'), 'the row')
    await operator.card('R1', 'Rolled back')

    // Production had the new versions, so it goes back without waiting for signatures.
    await eventually(() => offers('deploy:production'), 'the button that deploys to production')
    await promote(operator, 'R1')
    expect(await rotation()).toMatchObject({ status: 'open', promoted: [{ environment: 'production' }] })
    await completeStep(operator, 'R1', 'integration-verification')
    await signByBoth(workspace, 'R1')
    await eventually(async () => (await rotation()).status === 'retiring', 'the status retiring')

    for (let waited = 0; (await rotation()).status !== 'complete' && waited < 90; waited += 1) {
      await operator.post('clock', { advanceMs: MINUTE })
      await sleep(1_000)
    }
    const states = (await rows()).map((row) => ({
      token: `${row.agent}/${row.environment}`,
      version: row.versionId,
      state: row.state,
    }))
    const wanted = before.tokens.flatMap((token) => {
      const name = `${token.agent}/${token.environment}`
      return isChosen(token)
        ? [
            { token: name, version: token.previousVersionId, state: 'rolled-back' },
            { token: name, version: token.newVersionId, state: 'proven' },
          ]
        : [{ token: name, version: token.previousVersionId, state: 'proven' }]
    })
    expect(states).toHaveLength(12)
    expect(states).toEqual(expect.arrayContaining(wanted))
    expect((await rotation()).status).toBe('complete')
    for (const token of back) expect(await currentOf(token.secret)).toBe(token.newVersionId)
  }, 300_000)

  it('accepts a disabled version again first, and says what was rolled back already', async () => {
    const { operator } = workspace
    await start(operator, { scope: ['environment:staging', 'agent:evaluator'] })
    await completeAllSteps(operator, 'R1')
    await signByBoth(workspace, 'R1')
    const issuer = async () => (await rows())[0]?.issuer
    for (let waited = 0; (await issuer()) !== 'disabled' && waited < 60; waited += 1) await sleep(500)
    expect((await rollback(['evaluator/staging'])).errors).toBeUndefined()
    const back = await eventually(async () => {
      const { tokens, runs } = await rotation()
      return tokens[0]?.rollback?.currentAt && runs.flatMap((run) => run.target?.mode ?? [])
    }, 'the old version to be current')
    expect(back).toEqual(['disable', 'restore', 'make-current'])
    expect((await rows()).map((row) => row.state).sort()).toEqual(['rolled-back', 'waiting'])

    const again = await rollback(['evaluator/staging'])
    expect(again.form.callback_id).toBe('message')
    expect(wordsOf(again.form)).toContain('evaluator/staging (it was rolled back)')
  }, 120_000)
})
