import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verify } from '#cli/audit-verify'
import { findRotation } from '#db/queries/rotations'
import { logEntry } from '#domain/rotation/rotation-log'
import { signOffRecord } from '#domain/rotation/sign-off-digest'
import { describeRotation } from '#read-models/rotation-state'
import type { FaultId } from '#sandbox/faults'
import { connectClients } from '#startup/connect-systems'
import { FORGED_ANSWERS, forgedForm } from '#test/support/forged-view'
import { eventually, everyOption, type Person, type View, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { signOffRecordPage } from '#views/sign-off-record'
import { stepLines } from '#views/snapshot-lines'

const STEP = 'automation-health'
const PNG = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.alloc(2_000, 7),
])
const LOG = 'smoke test 4 of 9 passed\nsmoke test 5 of 9 passed\n'
const TOKEN = `gh${'p'}_Zk3qW8vN1xT5rB7mL2cY9dF4hJ6sP0aE8uQw`

const setFault = (person: Person, id: FaultId, on: boolean) => person.post('faults', { id, on })

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

describe('a file as evidence of a step', () => {
  let workspace: Workspace
  let view: View
  beforeAll(async () => {
    workspace = await openWorkspace({ audited: false })
    await start(workspace.operator)
    await openStep(workspace.operator, 'R1', STEP)
    view = await checkedStep(workspace.operator, STEP)
  }, 60_000)
  afterAll(() => workspace.close())

  const submit = async (files: string[]) =>
    workspace.operator.submit(view, { attest: everyOption(view, 'attest'), notes: 'kept', files: { files } })
  const refusal = async (...files: string[]): Promise<string> => {
    const { errors = {} } = await submit(files)
    expect(Object.keys(errors)).toEqual(['files'])
    return errors.files ?? ''
  }
  const stored = () => findRotation(workspace.bot.context.db, 1)

  it('is refused with a credential in its text or its name, by kind and place, which is not repeated', async () => {
    const { operator } = workspace
    const inText = await refusal(await operator.upload('ci.log', `step 1\nusing ${TOKEN}\n`))
    expect(inText).toContain('“ci.log” was not accepted: its line 2 looks like')
    const inName = await refusal(await operator.upload(`${TOKEN}.png`, PNG))
    expect(inName).toContain('A file was not accepted: its name looks like')
    for (const each of [inText, inName]) expect(each).not.toContain(TOKEN)
    const { db } = workspace.bot.context
    expect(JSON.stringify(await db.selectFrom('inbox').selectAll().execute())).not.toContain(TOKEN)
  })

  it('is refused where it was deleted, of somebody else, too long, or neither image nor text', async () => {
    const { operator, bystander } = workspace
    const deleted = await operator.upload('deleted.png', PNG)
    await operator.post('slack/file-deleted', { id: deleted })
    expect(await refusal(deleted)).toContain('was deleted in Slack before it could be read')
    expect(await refusal(await bystander.upload('b.png', PNG))).toContain(
      '“b.png” was uploaded by somebody else',
    )
    const long = await operator.upload('long.log', 'smoke test passed\n'.repeat(20_000))
    expect(await refusal(long)).toContain('is a text of 360 kB; the limit is 200 kB')
    const zip = await operator.upload('logs.txt', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0xff, 0xfe]))
    expect(await refusal(zip)).toContain('“logs.txt” is neither an image nor a text')
  })

  it('is refused where these are too many, also where Slack did not count', async () => {
    const ids: string[] = []
    for (let each = 0; each < 6; each += 1) ids.push(await workspace.operator.upload(`${each}.png`, PNG))
    const { errors } = await submit(ids)
    expect(errors?.files).toBe('Please choose no more than 5.')
    const { trigger_id = '' } = (await workspace.operator.type('/rotation help')) as { trigger_id?: string }
    const form = forgedForm(STEP, { rotation: 'R1' })
    const { slack } = workspace.bot.context
    const opened = await slack.views.push({ trigger_id, view: form }).catch(() => null)
    const shown = opened ?? (await slack.views.open({ trigger_id, view: form }))
    const forged = await eventually(
      async () => (await workspace.operator.views()).find((each) => each.id === shown.view?.id),
      'the form',
    )
    const answer = await workspace.operator.submit(forged, { ...FORGED_ANSWERS, files: { files: ids } })
    expect(answer.errors?.files).toContain('These are 6 files; the limit is 5')
    for (const each of (await workspace.operator.views()).toReversed()) await workspace.operator.close(each)
    await openStep(workspace.operator, 'R1', STEP)
    view = await checkedStep(workspace.operator, STEP)
  })

  it('is refused while Slack does not give it, and nothing was completed meanwhile', async () => {
    const { operator } = workspace
    const file = await operator.upload('latency.png', PNG)
    await setFault(operator, 'slack-files-unavailable', true)
    expect(await refusal(file)).toContain('could not be read: Slack')
    await setFault(operator, 'slack-files-unavailable', false)
    await setFault(operator, 'slack-files-hang', true)
    expect(await refusal(file)).toContain('the bot goes on reading them. What you typed is kept.')
    await setFault(operator, 'slack-files-hang', false)
    expect((await stored())?.steps.find(({ id }) => id === STEP)?.completion).toBeNull()
  })

  it('is kept by name, size, digest and link, wherever evidence is shown', async () => {
    const { operator, bot } = workspace
    const files = [await operator.upload('latency <!channel>.png', PNG), await operator.upload('ci.log', LOG)]
    const result = await eventually(async () => {
      const sent = await submit(files)
      return sent.errors ? null : sent
    }, 'files that were read')
    expect(result).toEqual({ ok: true })
    const rotation = await stored()
    if (!rotation) throw new Error('no rotation')
    const evidence = rotation.steps.find(({ id }) => id === STEP)?.completion?.evidence ?? []
    expect(evidence).toMatchObject([
      {
        label: 'latency <!channel>.png (2 kB)',
        digest: sha256(PNG),
        file: { name: 'latency <!channel>.png', size: PNG.length },
      },
      { label: 'ci.log (50 bytes)', digest: sha256(LOG) },
    ])
    const everywhere = [
      signOffRecord(rotation),
      signOffRecordPage(rotation, [], 'd'.repeat(64), (id) => id),
      logEntry(rotation, 'validated', rotation.openedAt, { count: 1, hash: 'h' }, (id) => id).evidence,
    ]
    for (const each of everywhere) expect(each).toContain(sha256(LOG))
    const card = await operator.card('R1')
    const line = await eventually(
      async () => (await operator.thread(card.ts)).map(wordsOf).find((words) => words.includes('2 files')),
      'the line in the thread',
    )
    expect(line).toContain(evidence[1]?.url)
    expect(line).not.toContain('<!channel>')
    const state = await describeRotation(bot.context, bot.context.db, rotation)
    const lines = rotation.steps.flatMap((step) => stepLines(state, step, (id) => id)).join('\n')
    expect(lines).toContain(`SHA-256 \`${sha256(LOG).slice(0, 8)}\``)
    const tables = await bot.context.db.introspection.getTables()
    for (const { name } of tables.filter((table) => !table.isView)) {
      const rows = await bot.context.db
        .selectFrom(name as 'events')
        .selectAll()
        .execute()
      expect(JSON.stringify(rows)).not.toContain('smoke test 4 of 9 passed')
    }
  })

  it('is missed by the audit when its digest is edited in the table', async () => {
    const { bot, config } = workspace
    const { db, clock, log } = bot.context
    const audit = async () => (await verify(config, connectClients(config, clock, log))).tampering
    expect(await audit()).toEqual([])
    const row = await db
      .selectFrom('steps')
      .select('evidenceJson')
      .where('step', '=', STEP)
      .executeTakeFirstOrThrow()
    const evidenceJson = row.evidenceJson.replace(sha256(PNG), sha256('another'))
    await db.updateTable('steps').set({ evidenceJson }).where('step', '=', STEP).execute()
    expect((await audit()).map(({ place }) => place)).toEqual(['steps of R1'])
  })
})

describe.each(['slack-older-blocks', 'slack-files-scope-missing'] as const)('with %s', (fault) => {
  it('the modal has no field for files, and the step is completed without', async () => {
    const workspace = await openWorkspace()
    try {
      const { operator } = workspace
      await setFault(operator, fault, true)
      await start(operator)
      await openStep(operator, 'R1', STEP)
      const view = await checkedStep(operator, STEP)
      expect(view.blocks.map(({ block_id }) => block_id)).toContain('evidence')
      expect(view.blocks.map(({ block_id }) => block_id)).not.toContain('files')
      expect((await operator.submit(view, { attest: everyOption(view, 'attest') })).errors).toBeUndefined()
    } finally {
      await workspace.close()
    }
  }, 60_000)
})
