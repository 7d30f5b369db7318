import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRotationEvents } from '#db/queries/events'
import { findRevocations } from '#db/queries/revocations'
import { parseRotationLabel } from '#domain/rotation/rotation'
import { requestRun } from '#operations/request-run'
import { runChecks } from '#operations/run-checks'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { detachLabel, PREVIOUS } from '#sandbox/aws/secret'
import { secretsOf } from '#sandbox/aws/secrets'
import type { FaultId } from '#sandbox/faults'
import { startBot } from '#startup/bot'
import { eventually, type Message, wordsOf } from '#test/support/person'
import {
  checkedStep,
  completeAllSteps,
  completeStep,
  openStep,
  signOff,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const HOUR = 3_600_000
const STAGING = { scope: ['environment:staging'] }

interface SecretShown {
  name: string
  versions: { id: string; labels: string[]; revokedAt: string | null }[]
}

describe('what is still to be revoked', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const advance = (ms: number) => workspace.operator.post('clock', { advanceMs: ms })
  const look = () => proveRevocations(workspace.bot.context)
  const rows = (label: string) => findRevocations(workspace.bot.context.db, parseRotationLabel(label) ?? 0)
  const states = async (label: string) => (await rows(label)).map((row) => row.state)
  const eventsOf = async (label: string, type: string) =>
    (await findRotationEvents(workspace.bot.context.db, parseRotationLabel(label) ?? 0)).filter(
      (event) => event.type === type,
    )
  /** The calls about a rotation; on-call is also called for tokens that are overdue. */
  const calls = async () =>
    (await workspace.operator.messages()).filter(
      (each) =>
        each.metadata?.event_type === 'rotation_escalation' && each.metadata.event_payload.rotation_id,
    )

  const notices = async () =>
    (await workspace.operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_notice')

  /** Staging's three tokens through step 3. */
  const rotate = async () => {
    const label = await start(workspace.operator, STAGING)
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    await completeStep(workspace.operator, label, 'rotation-execution')
    return label
  }
  const abort = async (label: string) => {
    await workspace.operator.type(`/rotation abort ${label}`)
    await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'no longer wanted' })
    await workspace.operator.card(label, 'aborted')
  }
  const allDone = () =>
    eventually(async () => {
      const left = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('key')
        .where('state', 'in', ['queued', 'running'])
        .execute()
      return left.length === 0
    }, 'every job')

  it('is proven after 24 h, said in the thread of its rotation, which is complete only then', async () => {
    const label = await start(workspace.operator, STAGING)
    await completeAllSteps(workspace.operator, label)
    await signOff(workspace.devopsLead, label, 'devops-lead')
    await signOff(workspace.aiOpsOwner, label, 'ai-ops-owner')
    const approved = await eventually(
      async () =>
        (await workspace.operator.messages()).find(
          (each) => each.metadata?.event_type === 'rotation_approved',
        ),
      'the message that it is approved',
    )
    expect(wordsOf(approved)).toContain('3 old versions still to be revoked, by')
    const card = await workspace.operator.card(label, 'then revoked by their issuer')
    for (const row of await rows(label)) expect(row).toMatchObject({ promisedBy: expect.any(String) })
    await look()
    expect(await states(label)).toEqual(['waiting', 'waiting', 'waiting'])
    expect(await notices()).toEqual([])

    await advance(24 * HOUR)
    await look()
    expect(await states(label)).toEqual(['proven', 'proven', 'proven'])
    const thread = await eventually(async () => {
      const found = (await workspace.operator.thread(card.ts)).filter((each) =>
        wordsOf(each).includes('3 old versions revoked, verified by machine'),
      )
      return found.length > 0 && found
    }, 'the line in the thread')
    expect(thread).toHaveLength(1)
    await eventually(
      async () => !wordsOf(await workspace.operator.card(label)).includes('alive until'),
      'the card without it',
    )
    await workspace.operator.card(label, 'Complete after')
    const [notice] = await eventually(async () => {
      const found = await notices()
      return found.length > 0 && found
    }, 'the notice')
    expect(wordsOf(notice)).toContain(`${label} complete`)
    expect(await calls()).toEqual([])
    expect((await eventsOf(label, 'revocation-proven')).map((each) => each.actor)).toEqual(['bot'])
  }, 90_000)

  it('is escalated once when the issuer forgot it, over a restart and two processes that check at once, and proven when fixed', async () => {
    await fault('revocation-forgotten', true)
    const label = await rotate()
    await abort(label)
    await advance(24 * HOUR + 60_000)
    // Another process on the same database, which looks at the same moment and lives longer than the first.
    const second = await startBot(
      workspace.config,
      { now: () => workspace.sandbox.clock.now().toISOString() },
      pino({ level: 'silent' }),
    )
    await Promise.all([look(), proveRevocations(second.context), look(), proveRevocations(second.context)])
    const [call] = await eventually(async () => {
      const found = await calls()
      return found.length > 0 && found
    }, 'the escalation')
    expect(wordsOf(call)).toContain('<!subteam^S0DEVOPSONCALL>')
    expect(wordsOf(call)).toMatch(/3 old versions should be revoked by now/)
    expect(wordsOf(call)).toMatch(/should have been revoked by \S+, but is still live/)
    const overdue = await workspace.operator.card(label, '3 old versions not revoked')
    expect(wordsOf(overdue)).toContain('overdue since')
    // Until somebody acknowledges it, on-call would be paged every half hour.
    await workspace.operator.click(call as Message, 'acknowledge')
    await eventually(
      async () => wordsOf(await calls()).includes('Acknowledged by operator'),
      'the acknowledgement',
    )

    await advance(2 * HOUR)
    await proveRevocations(second.context)
    await second.stop()
    await advance(30 * HOUR)
    await look()
    await allDone()
    expect(await calls()).toHaveLength(1)
    expect(await eventsOf(label, 'revocation-overdue')).toHaveLength(1)

    const secrets = await workspace.operator.get<SecretShown[]>('secrets')
    for (const { secret, versionId } of await rows(label)) {
      const version = secrets
        .find((each) => each.name === secret)
        ?.versions.find((each) => each.id === versionId)
      expect(version).toMatchObject({ labels: ['AWSPREVIOUS'], revokedAt: null })
      await workspace.operator.post('secrets/revoke', { name: secret, versionId })
    }
    await workspace.operator.type('/rotation revocations')
    await workspace.operator.ephemeral('All old versions are revoked')
    expect(await states(label)).toEqual(['proven', 'proven', 'proven'])
    expect(await eventsOf(label, 'revocation-proven')).toHaveLength(1)
  }, 90_000)

  it('is listed, and resolved by a person, never shown as proven by a machine', async () => {
    await fault('old-version-not-revoked', true)
    const label = await start(workspace.operator, STAGING)
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    const view = await openStep(workspace.operator, label, 'rotation-execution')
    await workspace.operator.press(view, 'start-workflow')
    await eventually(async () => (await rows(label)).length === 3, 'three versions in mind')
    await checkedStep(workspace.operator, 'rotation-execution')
    await workspace.operator.close(view)
    await abort(label)
    await advance(25 * HOUR)
    await look()
    const open = (await rows(label)).filter((row) => row.state === 'waiting')
    expect(open).toMatchObject([{ promisedBy: null, escalatedAt: expect.any(String) }])

    await workspace.operator.type('/rotation revocations')
    const listed = await workspace.operator.ephemeral('Still to be revoked')
    expect(wordsOf(listed)).toMatch(/⚠ overdue since .*; no revocation date from the issuer/)
    await workspace.bystander.type('/rotation revocations')
    const seen = await workspace.bystander.ephemeral('Still to be revoked')
    await workspace.bystander.click(seen, 'record-revocation')
    await eventually(
      async () => wordsOf(await workspace.bystander.views()).includes('You may not work on rotations'),
      'a refusal',
    )

    await workspace.operator.click(listed, 'record-revocation')
    const form = await workspace.operator.modal('record-revocation')
    const versions = [String(open[0]?.id)]
    const leak = await workspace.operator.submit(form, { versions, notes: 'AKIA1234567890ABCDEF' })
    expect(leak.errors?.notes).toContain('AWS access key')
    expect((await workspace.operator.submit(form, { versions, notes: '' })).errors?.notes).toBeDefined()
    const answers = { versions, notes: 'revoked it at the issuer', proof: 'https://issuer.example/1' }
    const alive = await workspace.operator.submit(form, answers)
    expect(alive.errors?.versions).toContain('readable and labelled, so nothing was recorded')
    await workspace.operator.close(form)
    const secrets = secretsOf(workspace.sandbox.world)
    secrets.save(detachLabel(secrets.get(open[0]?.secret ?? ''), PREVIOUS))
    await workspace.operator.click(listed, 'record-revocation')
    const again = await workspace.operator.modal('record-revocation')
    expect((await workspace.operator.submit(again, answers)).errors).toBeUndefined()
    expect((await rows(label)).map((row) => row.state).sort()).toEqual(['proven', 'proven', 'recorded'])
    const card = await workspace.operator.card(label)
    const line = await eventually(
      async () =>
        (await workspace.operator.thread(card.ts)).find((each) =>
          wordsOf(each).includes('as revoked, not checked by a machine'),
        ),
      'the line in the thread',
    )
    expect(wordsOf(line)).toContain('not checked by a machine (1 proof link)')
    await workspace.operator.type(`/rotation show ${label}`)
    expect(wordsOf(await workspace.operator.ephemeral('Old versions'))).toContain(
      'revoked, confirmed by operator',
    )
  }, 90_000)

  it('is kept for both old versions after a second full run, each with its own date', async () => {
    const label = await start(workspace.operator, STAGING)
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    for (const count of [3, 6]) {
      await requestRun(workspace.bot.context, 1, { kind: 'rotate' }, workspace.operator.id)
      await eventually(
        async () => (await rows(label)).filter((row) => row.promisedBy !== null).length === count,
        `${count} dates of the issuer`,
      )
      await eventually(
        async () => (await eventsOf(label, 'run-finished')).length === count / 3,
        'the end of the run',
      )
    }
    const results = await runChecks(workspace.bot.context, 1, 'rotation-execution', 'bot')
    expect(results.find((each) => each.check === 'old-version-revoked')).toMatchObject({ state: 'passed' })
    await advance(24 * HOUR + 60_000)
    await look()
    expect(await states(label)).toEqual(Array(6).fill('proven'))
  }, 90_000)

  it('is kept also when the rotation is aborted while its workflow runs', async () => {
    const label = await start(workspace.operator, STAGING)
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    // From the moment that the CI has taken the run, nobody can see how it goes on.
    const { world } = workspace.sandbox
    const taken = Promise.withResolvers<void>()
    const forget = world.onChange((topic) => {
      if (topic !== 'ci') return
      world.faults.set('github-unavailable', true)
      taken.resolve()
    })
    await requestRun(workspace.bot.context, 1, { kind: 'rotate' }, workspace.operator.id)
    await taken.promise
    await abort(label)
    forget()
    expect(await rows(label)).toEqual([])
    await fault('github-unavailable', false)
    await eventually(
      async () => (await rows(label)).filter((row) => row.promisedBy !== null).length === 3,
      'three versions in mind',
    )
    await workspace.operator.card(label, '3 old versions; the bot still tracks them')
    await advance(24 * HOUR + 60_000)
    await look()
    expect(await states(label)).toEqual(['proven', 'proven', 'proven'])
  }, 90_000)

  it('is kept also when a secret could not be read before the rotation was aborted', async () => {
    const label = await start(workspace.operator, STAGING)
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    await fault('secrets-access-denied', true)
    await requestRun(workspace.bot.context, 1, { kind: 'rotate' }, workspace.operator.id)
    await eventually(async () => (await eventsOf(label, 'run-finished')).length === 1, 'the end of the run')
    await abort(label)
    expect((await states(label)).sort()).toEqual(['in-use', 'waiting', 'waiting'])
    await fault('secrets-access-denied', false)
    await advance(6 * HOUR)
    // What was read a second ago is shared, also when the clock was moved.
    await sleep(1_100)
    await look()
    expect(await states(label)).toEqual(['waiting', 'waiting', 'waiting'])
    for (const row of await rows(label)) expect(row.promisedBy).not.toBeNull()
  }, 90_000)

  it('stays while it cannot be read, and is escalated an hour later', async () => {
    const label = await rotate()
    await fault('secrets-access-denied', true)
    await advance(24 * HOUR + 60_000)
    await look()
    expect((await states(label)).sort()).toEqual(['proven', 'proven', 'waiting'])
    expect(await eventsOf(label, 'revocation-overdue')).toEqual([])
    await advance(HOUR)
    await look()
    await eventually(async () => (await calls()).length === 1, 'the escalation')
    expect(wordsOf(await calls())).toContain('could not be read')
    await fault('secrets-access-denied', false)
    await advance(HOUR)
    await look()
    expect(await states(label)).toEqual(['proven', 'proven', 'proven'])
  }, 90_000)
})
