import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { heading, linkSpan, paragraph, type RichDocument, text } from '#domain/ports/document'
import type { Tickets } from '#domain/ports/systems'
import { NotReadable } from '#domain/tokens/secret'
import { createGithubClient } from '#integrations/github/github'
import { githubTickets } from '#integrations/github/github-tickets'
import { jiraTickets } from '#integrations/jira/jira-tickets'
import { CREDENTIALS, REPOSITORY } from '#sandbox/demo-users'
import { issuesOf } from '#sandbox/github/tracker'
import { jiraCommentsOf, jiraIssuesOf } from '#sandbox/jira/issues'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { type CuttingProxy, createCuttingProxy } from '#test/support/cutting-proxy'

const TICKET = 'OPS-DEVOPS-ROTATION'
const MARK = 'ticket:R42:validated:17:abcdef012345'
const LINK = 'https://evidence.example/a?b=1&c=2'
const REPORT: RichDocument = [heading('R42 validated'), paragraph(text('Evidence: '), linkSpan(LINK, 'it'))]

let sandbox: Sandbox
let proxy: CuttingProxy
beforeEach(async () => {
  sandbox = await createSandbox({ port: 0, file: ':memory:' })
  proxy = await createCuttingProxy(sandbox.url)
})
afterEach(async () => {
  await proxy.close()
  await sandbox.close()
})

const target = { owner: REPOSITORY.owner, repo: REPOSITORY.name, branch: REPOSITORY.branch }
const inGithub = (ticket = TICKET, token: string = CREDENTIALS.githubToken): Tickets =>
  githubTickets(
    createGithubClient(token, `${proxy.url}/github`, () => {}),
    target,
    ticket,
  )
const inJira = (ticket = TICKET, token: string = CREDENTIALS.jiraToken): Tickets =>
  jiraTickets({ baseUrl: `${proxy.url}/jira`, email: CREDENTIALS.jiraEmail, token }, ticket)

const bodiesInGithub = () =>
  issuesOf(sandbox.world)
    .comments(1)
    .map((comment) => comment.body)
const bodiesInJira = () =>
  jiraCommentsOf(sandbox.world)
    .all()
    .map((comment) => JSON.stringify(comment.body))

/** Other people's comments, inserted directly because 205 requests take long. */
function fillGithub(count: number): void {
  const tracker = issuesOf(sandbox.world)
  const issue = tracker.issue(1)
  for (let each = 0; each < count; each += 1) tracker.comment(issue, `comment ${each}`, issue.author)
}

function fillJira(count: number): void {
  const content = [{ type: 'paragraph', content: [{ type: 'text', text: 'a comment' }] }]
  for (let each = 0; each < count; each += 1) {
    const id = String(each)
    const body = { type: 'doc', version: 1, content }
    jiraCommentsOf(sandbox.world).put(id, { id, issue: 'OPS-7', body, createdAt: '2026-01-01T00:00:00.000Z' })
  }
}

describe.each([
  { system: 'GitHub', open: inGithub, bodies: bodiesInGithub, fill: fillGithub, name: '#1', limit: 65_536 },
  { system: 'Jira', open: inJira, bodies: bodiesInJira, fill: fillJira, name: 'OPS-7', limit: 32_767 },
])('the ticket in $system', ({ open, bodies, fill, name, limit }) => {
  it('is found by its text, and not by a longer one', async () => {
    expect(await open().find()).toMatchObject({
      name,
      open: true,
      url: expect.stringContaining(name.replace('#', '')),
    })
    expect(await open('DEVOPS-ROTATION').find()).toBeNull()
    expect(await open('NO-SUCH-TICKET').find()).toBeNull()
  })

  it('gets a report once, and gives it back with its links', async () => {
    const tickets = open()
    expect((await tickets.readReport(MARK)).comment).toBeNull()
    const written = await tickets.comment(MARK, REPORT, false)
    expect(written.links).toEqual([LINK])
    expect(await tickets.comment(MARK, REPORT, true)).toEqual(written)
    expect((await tickets.readReport(MARK)).comment).toEqual(written)
    expect(bodies()).toHaveLength(1)
    expect((await tickets.readReport(MARK.replace('17', '1'))).comment).toBeNull()
  })

  it('gets it once when the connection is cut after it was written', async () => {
    proxy.cutNext(/POST .*\/comments?$/)
    await expect(open().comment(MARK, REPORT, true)).rejects.toThrow(NotReadable)
    expect(proxy.cuts()).toBe(1)
    expect((await open().comment(MARK, REPORT, true)).links).toEqual([LINK])
    expect(bodies()).toHaveLength(1)
  })

  it('gets a long report as several comments, each within the limit, and the missing one when one was cut', async () => {
    const links = Array.from({ length: 400 }, (_, i) => `https://evidence.example/${i}/${'x'.repeat(300)}`)
    const items = links.map((url) => [text('Evidence: '), linkSpan(url, 'a link with words')])
    const long: RichDocument = [heading('R42'), { kind: 'list', items }]
    proxy.cutNext(/POST .*\/comments?$/)
    await expect(open().comment(MARK, long, true)).rejects.toThrow(NotReadable)
    expect((await open().readReport(MARK)).comment).toBeNull()
    const written = await open().comment(MARK, long, true)
    expect(written.links).toEqual(links)
    expect((await open().readReport(MARK)).comment).toEqual(written)
    expect(bodies().length).toBeGreaterThan(2)
    for (const body of bodies()) expect(body.length).toBeLessThanOrEqual(limit)
  })

  it('is looked through to the last comment', async () => {
    const tickets = open()
    fill(205)
    const written = await tickets.comment(MARK, REPORT, true)
    expect((await tickets.readReport(MARK)).comment).toEqual(written)
    expect(await tickets.comment(MARK, REPORT, true)).toEqual(written)
    expect(bodies()).toHaveLength(206)
  })

  it('is closed when somebody closed it, and takes the report all the same', async () => {
    sandbox.world.faults.set('ticket-closed', true)
    expect(await open().find()).toMatchObject({ name, open: false })
    expect((await open().comment(MARK, REPORT, true)).links).toEqual([LINK])
  })

  it('shows that its comments vanished', async () => {
    await open().comment(MARK, REPORT, true)
    sandbox.world.faults.set('ticket-comment-deleted', true)
    expect((await open().readReport(MARK)).comment).toBeNull()
  })

  it('says why it cannot be read', async () => {
    await expect(open(TICKET, 'wrong').find()).rejects.toThrow(/does not accept/)
    sandbox.world.faults.set('ticket-unavailable', true)
    await expect(open().find()).rejects.toThrow(/503/)
    await expect(open().comment(MARK, REPORT, true)).rejects.toThrow(NotReadable)
    await proxy.close()
    await expect(open().find()).rejects.toThrow(NotReadable)
  })
})

describe('a ticket that is missing', () => {
  it('is opened in GitHub, once, with its label', async () => {
    const tickets = inGithub('OPS-NEW')
    proxy.cutNext(/POST .*\/issues$/)
    await expect(tickets.comment(MARK, REPORT, true)).rejects.toThrow(NotReadable)
    await tickets.comment(MARK, REPORT, true)
    await tickets.comment(`${MARK}2`, REPORT, true)
    const issues = issuesOf(sandbox.world)
      .issues()
      .filter((issue) => issue.labels.includes('OPS-NEW'))
    expect(issues).toMatchObject([{ title: 'OPS-NEW: capability token rotation', state: 'open' }])
    expect(issuesOf(sandbox.world).comments(issues[0]?.number ?? 0)).toHaveLength(2)
  })

  it('is opened once also where its text can be no label', async () => {
    const ticket = 'Rotation, of every capability token that an agent of ours holds'
    const tickets = inGithub(ticket)
    proxy.cutNext(/POST .*\/issues$/)
    await expect(tickets.comment(MARK, REPORT, true)).rejects.toThrow(NotReadable)
    await tickets.comment(MARK, REPORT, true)
    expect(
      issuesOf(sandbox.world)
        .issues()
        .filter((issue) => issue.title.includes(ticket)),
    ).toHaveLength(1)
  })

  it('is not created in Jira, with an error that says so', async () => {
    await expect(inJira('OPS-NEW').comment(MARK, REPORT, true)).rejects.toThrow(/create it, or set its key/)
    expect(jiraIssuesOf(sandbox.world).all()).toHaveLength(3)
  })
})

describe('which ticket it is', () => {
  it('is the open one before the closed one, in GitHub', async () => {
    const tracker = issuesOf(sandbox.world)
    const [first] = tracker.issues()
    if (!first) throw new Error('no issue')
    tracker.change(first, { state: 'closed' })
    tracker.open({ title: 'newer', body: null, labels: [TICKET.toLowerCase()], author: first.author })
    expect(await inGithub().find()).toMatchObject({ name: '#2', open: true })
  })

  it('is an open one by its title before a closed one by its label, in GitHub', async () => {
    const tracker = issuesOf(sandbox.world)
    const [first] = tracker.issues()
    if (!first) throw new Error('no issue')
    tracker.change(first, { state: 'closed' })
    tracker.open({ title: `${TICKET}: the next`, body: null, labels: [], author: first.author })
    expect(await inGithub().find()).toMatchObject({ name: '#2', open: true })
  })

  it('is the one with that key, in Jira', async () => {
    expect(await inJira('OPS-8').find()).toMatchObject({
      name: 'OPS-8',
      url: `${proxy.url}/jira/browse/OPS-8`,
    })
    expect(await inJira('OPS-99').find()).toBeNull()
    expect(await inJira('runbook').find()).toMatchObject({ name: 'OPS-7' })
  })

  it('says that the address is not Jira’s', async () => {
    const elsewhere = jiraTickets({ baseUrl: sandbox.url, email: 'a@b.test', token: 'x' }, 'OPS-7')
    // A web page answers instead of Jira.
    await expect(elsewhere.find()).resolves.toBeNull()
    const nowhere = jiraTickets({ baseUrl: 'http://127.0.0.1:9', email: 'a@b.test', token: 'x' }, 'OPS-7')
    await expect(nowhere.find()).rejects.toThrow(/cannot be reached.*JIRA_BASE_URL/)
  })
})
