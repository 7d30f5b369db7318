import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findHomeViewers, setHomeViewer } from '#db/queries/home-viewers'
import { observeTokens } from '#operations/scheduled/observe-tokens'
import { type Block, eventually, type Message, type Person, type View, wordsOf } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DAY = 24 * 60 * 60_000

interface ImageBlock extends Block {
  slack_file?: { id: string }
  alt_text?: string
}

const imagesOf = ({ blocks = [] }: Pick<Message, 'blocks'>): ImageBlock[] =>
  blocks.filter((block): block is ImageBlock => block.type === 'image')

describe('the App Home', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  const homeOf = async (person: Person) =>
    (await person.get<{ view: View | null }>(`slack/home?user=${person.id}`)).view
  const open = (person: Person) => person.post('slack/home-opened', { user: person.id })
  const shows = (person: Person, part: string) =>
    eventually(async () => {
      const view = await homeOf(person)
      return view && wordsOf(view).includes(part) ? view : null
    }, `“${part}” on the App Home of ${person.id}`)
  const withImages = (person: Person, count: number) =>
    eventually(async () => {
      const view = await homeOf(person)
      return view && imagesOf(view).length === count ? view : null
    }, `${count} pictures on the App Home of ${person.id}`)
  const uploads = async (): Promise<number> => {
    const rows = await workspace.bot.context.db.selectFrom('pictures').select('uploads').execute()
    return rows.reduce((sum, row) => sum + row.uploads, 0)
  }
  const fault = (on: boolean) => workspace.operator.post('faults', { id: 'slack-files-unavailable', on })
  /** Waits until every outbox job is delivered. */
  const quiet = () =>
    eventually(async () => {
      const open = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('key')
        .where('state', 'in', ['queued', 'running'])
        .execute()
      return open.length === 0
    }, 'every job to be done')

  it('shows the ages and, once Slack has it, their picture, which says the same', async () => {
    const { bystander } = workspace
    await open(bystander)
    const view = await withImages(bystander, 1)
    expect(wordsOf(view)).toMatch(/sandbox +1 d overdue \(age 31 d\)/)
    expect(imagesOf(view)[0]?.alt_text).toContain('9 tokens, 1 overdue')
    const address = `${workspace.sandbox.url}/slack/open/${imagesOf(view)[0]?.slack_file?.id}/x.png`
    const file = await fetch(address)
    expect(file.headers.get('content-type')).toBe('image/png')
    const bytes = new Uint8Array(await file.arrayBuffer())
    expect([...bytes.slice(1, 4)]).toEqual([...Buffer.from('PNG')])
    expect(bytes.length).toBeGreaterThan(10_000)
  })

  it('is shown at once, and by a job where Slack does not take it', async () => {
    const { bystander, devopsLead, bot, operator } = workspace
    const jobs = () =>
      bot.context.db.selectFrom('outboxJobs').select('key').where('kind', '=', 'home').execute()
    await observeTokens(bot.context)
    await open(bystander)
    await shows(bystander, '1 d overdue')
    await withImages(bystander, 1)
    await quiet()
    const before = await jobs()
    await open(bystander)
    await sleep(300)
    expect(await jobs()).toEqual(before)
    await operator.post('faults', { id: 'slack-unavailable', on: true })
    await open(devopsLead)
    await eventually(async () => (await jobs()).length > before.length, 'a job')
    await operator.post('faults', { id: 'slack-unavailable', on: false })
    await shows(devopsLead, '1 d overdue')
  })

  it('is drawn again for who looks at it, and for nobody else', async () => {
    const { operator, devopsLead, bystander } = workspace
    await open(devopsLead)
    await shows(devopsLead, "You're all caught up")
    await workspace.bot.context.db
      .transaction()
      .execute((tx) => setHomeViewer(tx, bystander.id, Date.now() - 4 * 60 * 60_000))
    const label = await start(operator)
    await shows(devopsLead, `${label} ·`)
    await completeStep(operator, label, 'inventory-review')
    await shows(devopsLead, '1 of 5 steps done')
    await quiet()
    expect(await homeOf(operator)).toBeNull()
    expect(await homeOf(bystander)).toBeNull()
  })

  it('is not drawn again for a deactivated person', async () => {
    const { db } = workspace.bot.context
    await db.transaction().execute((tx) => setHomeViewer(tx, 'U0NOBODY', Date.now()))
    await start(workspace.operator)
    await eventually(async () => (await findHomeViewers(db, Date.now())).length === 0, 'nobody to look')
    await quiet()
  })

  it('lets people act: the step that waits, a start, an incident', async () => {
    const { operator, bystander } = workspace
    const label = await start(operator, { scope: ['environment:sandbox'] })
    await open(operator)
    const view = await shows(operator, '1 thing waiting for you')
    await operator.press(view, 'open-step:automation-health')
    const modal = await operator.modal('automation-health')
    expect(wordsOf(modal)).toContain(label)
    await operator.close(modal)
    await operator.press(view, 'open-start')
    await operator.close(await operator.modal('start'))
    await operator.press(view, 'open-incident')
    await operator.close(await operator.modal('incident'))
    await open(bystander)
    expect(wordsOf(await shows(bystander, "You're all caught up"))).not.toContain('Start a rotation')
  })

  it('shares the status in the channel, and says where it is', async () => {
    const { operator, devopsLead } = workspace
    await open(operator)
    await operator.press(await shows(operator, 'Share status'), 'share-status')
    expect(wordsOf(await operator.modal('message'))).toBeTruthy()
    await eventually(async () => wordsOf(await operator.views()).includes('#flashfusion-ai'), 'where it is')
    const shared = (await devopsLead.messages()).filter((each) => wordsOf(each).includes('Capability tokens'))
    expect(shared).toHaveLength(1)
    expect(shared[0]?.ephemeral).toBeFalsy()
  })

  it('uploads nothing again while nothing has changed', async () => {
    const { operator, devopsLead } = workspace
    await open(operator)
    await withImages(operator, 1)
    expect(await uploads()).toBe(1)
    await open(devopsLead)
    await withImages(devopsLead, 1)
    await operator.type('/rotation status')
    await operator.ephemeral('Capability tokens')
    await observeTokens(workspace.bot.context)
    await quiet()
    expect(await uploads()).toBe(1)
  })

  it('draws and uploads again when days have passed, without being opened', async () => {
    const { operator } = workspace
    await open(operator)
    await withImages(operator, 1)
    await operator.post('clock', { advanceMs: 25 * DAY })
    await observeTokens(workspace.bot.context)
    await shows(operator, '26 d overdue (age 56 d)')
    const view = await withImages(operator, 1)
    expect(imagesOf(view)[0]?.alt_text).toContain('The oldest is 56 days old')
    expect(await uploads()).toBe(2)
  })

  it('has words only while Slack takes no files, and the picture afterwards', async () => {
    const { operator } = workspace
    await fault(true)
    await open(operator)
    const view = await shows(operator, '1 d overdue')
    expect(imagesOf(view)).toEqual([])
    await operator.type('/rotation status')
    expect(imagesOf(await operator.ephemeral('1 d overdue'))).toEqual([])
    await fault(false)
    await withImages(operator, 1)
  })

  it('goes without a picture that Slack no longer has, and uploads it again', async () => {
    const { operator } = workspace
    await open(operator)
    await withImages(operator, 1)
    const { db } = workspace.bot.context
    await db.updateTable('pictures').set({ fileId: 'F0DELETED00' }).execute()
    await operator.type('/rotation status')
    expect(imagesOf(await operator.ephemeral('1 d overdue'))).toEqual([])
    await db.updateTable('pictures').set({ fileId: 'F0DELETED00' }).execute()
    await open(operator)
    await withImages(operator, 0)
    await operator.type('/rotation status')
    await withImages(operator, 1)
    expect(await uploads()).toBe(2)
  })

  it('stops uploading what Slack takes and never shows', async () => {
    const { operator } = workspace
    const { db } = workspace.bot.context
    await open(operator)
    await withImages(operator, 1)
    await db.updateTable('pictures').set({ fileId: null, uploads: 3 }).execute()
    await operator.type('/rotation status')
    expect(imagesOf(await operator.ephemeral('1 d overdue'))).toEqual([])
    await sleep(300)
    await quiet()
    expect(await uploads()).toBe(3)
  })

  it('says why it has no ages, and has them when the registry is back', async () => {
    const { operator } = workspace
    await operator.post('faults', { id: 'github-unavailable', on: true })
    await open(operator)
    await shows(operator, 'Token ages could not be read')
    await operator.post('faults', { id: 'github-unavailable', on: false })
    await operator.post('clock', { advanceMs: 11 * 60_000 })
    await observeTokens(workspace.bot.context)
    await shows(operator, '1 d overdue')
  })
})

describe('the year’s picture', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  it('comes with the first rotation that is closed, and says what became of it', async () => {
    const { operator } = workspace
    const label = await start(operator)
    await operator.post('slack/home-opened', { user: operator.id })
    await operator.type(`/rotation abort ${label}`)
    await operator.submit(await operator.modal('abort'), { reason: 'begun by mistake' })
    const view = await eventually(async () => {
      const { view: home } = await operator.get<{ view: View | null }>(`slack/home?user=${operator.id}`)
      return home && imagesOf(home).length === 2 ? home : null
    }, 'two pictures')
    expect(imagesOf(view)[1]?.alt_text).toContain('1 aborted')
    expect(wordsOf(view)).toMatch(/Last twelve months.*1 aborted\./)
  })
})
