import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from 'vitest'
import { findDeliveries, findPendingEntries, findRotateRequests } from '#db/queries/job-results'
import { findRotation } from '#db/queries/rotations'
import { requestedVersionId } from '#domain/rotation/managed-rotation'
import { requestRun } from '#operations/request-run'
import { followRuns } from '#operations/scheduled/follow-runs'
import { ADMIN_ACCESS_KEY_ID } from '#sandbox/aws/principals'
import { eventually, type Person, wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeAllSteps,
  completeRotation,
  completeStep,
  openStep,
  promote,
  signOff,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

interface SecretShown {
  name: string
  versions: { id: string; labels: string[] }[]
}

const currentIds = async (person: Person): Promise<Record<string, string>> => {
  const secrets = await person.get<SecretShown[]>('secrets')
  return Object.fromEntries(
    secrets.map(({ name, versions }) => [
      name,
      versions.find((version) => version.labels.includes('AWSCURRENT'))?.id ?? '',
    ]),
  )
}

describe('a rotation by the secrets manager itself', () => {
  let workspace: Workspace
  afterEach(() => workspace.close())

  const open = async (deadlineMinutes = 60) => {
    workspace = await openWorkspace({
      configure: (config) => ({
        ...config,
        rotate: { with: 'secrets-manager', 'deadline-minutes': deadlineMinutes },
      }),
    })
    return workspace.operator
  }
  const rotation = async () => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no rotation')
    return found
  }

  it('gives every secret the very version that was asked for, and is carried through to its end', async () => {
    const operator = await open()
    await start(operator)
    await completeAllSteps(operator, 'R1')
    const opened = await rotation()
    expect(await currentIds(operator)).toEqual(
      Object.fromEntries(
        opened.tokens.map((token) => [token.secret, requestedVersionId(opened, 1, token.secret)]),
      ),
    )
    const card = await operator.card('R1')
    const thread = (await operator.thread(card.ts)).map(wordsOf).join('\n')
    expect(thread).toContain('Rotation by the secrets manager succeeded')
    expect(thread).toContain('9 of 9 tokens have a new version')
    await signOff(workspace.devopsLead, 'R1', 'devops-lead')
    await signOff(workspace.aiOpsOwner, 'R1', 'ai-ops-owner')
    await promote(operator, 'R1')
    await completeRotation(operator, 'R1')
    expect((await rotation()).status).toBe('complete')
    const entries = await findPendingEntries(workspace.bot.context.db, 1)
    expect(entries.map((entry) => entry.event)).toEqual([
      'rotated',
      'validated',
      'approved',
      'promoted',
      'completed',
    ])
  }, 120_000)

  it('names the secret that AWS refuses, with AWS’s own words, and rotates the others', async () => {
    const operator = await open()
    await start(operator)
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    // A rotation that somebody began by hand and that never finished.
    await beginByHand(workspace, 'flashfusion/staging/evaluator/capability-token')
    const view = await openStep(operator, 'R1', 'rotation-execution')
    await operator.press(view, 'start-workflow')
    await eventually(async () => (await rotation()).runs.at(-1)?.state === 'failed', 'the refusal')
    const run = (await rotation()).runs.at(-1)
    expect(run?.conclusion).toContain('1 of 9 not rotated; flashfusion/staging/evaluator/capability-token')
    expect(run?.conclusion).toContain("A previous rotation isn't complete")
    const words = wordsOf(await checkedStep(operator, 'rotation-execution'))
    expect(words).toContain('8 of 9 tokens have a new version')
    expect(words).toContain('✗ *Workflow finished* – failed: The secrets manager’s rotation')
  }, 120_000)

  it('is followed to its deadline when it was aborted before anybody heard whether AWS takes it', async () => {
    const operator = await open()
    await start(operator, { scope: ['environment:staging'] })
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    const { context } = workspace.bot
    await operator.post('faults', { id: 'secrets-unavailable', on: true })
    await requestRun(context, 1, { kind: 'rotate' }, operator.id)
    const unheard = async () =>
      (await findDeliveries(context.db, [1]))(1).undelivered.filter((each) => each.kind === 'secret-rotation')
    await eventually(async () => (await unheard()).length === 3, 'three calls without an answer')
    await operator.type('/rotation abort R1')
    await operator.submit(await operator.modal('abort'), { reason: 'no longer wanted' })
    await operator.card('R1', 'aborted')
    await operator.post('faults', { id: 'secrets-unavailable', on: false })
    await eventually(
      async () => (await findRotateRequests(context.db, 1, 1)).every((request) => request.taken),
      'the requests to be resolved',
    )
    await followRuns(context)
    expect((await rotation()).runs).toMatchObject([{ state: 'running' }])
    await operator.post('clock', { advanceMs: 61 * 60_000 })
    await eventually(async () => (await rotation()).runs[0]?.state === 'failed', 'the deadline')
  }, 120_000)
})

/** Somebody puts a pending version there with the CI's credentials. */
async function beginByHand({ sandbox }: Workspace, secret: string): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint: `${sandbox.url}/aws`,
    region: 'eu-central-1',
    credentials: { accessKeyId: ADMIN_ACCESS_KEY_ID, secretAccessKey: 'unused' },
  })
  await client.send(
    new PutSecretValueCommand({ SecretId: secret, SecretString: 'by hand', VersionStages: ['AWSPENDING'] }),
  )
  client.destroy()
}
