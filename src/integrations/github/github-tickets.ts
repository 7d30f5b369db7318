import { divide, type RichDocument } from '#domain/ports/document'
import type { Ticket, Tickets } from '#domain/ports/systems'
import { assemble, type Written, writeMissing } from '#integrations/marked-comments'
import { namesTicket } from '#integrations/names-ticket'
import { fromGithub, type GithubClient, type GithubTarget } from './github.ts'
import { linksInMarkdown, toMarkdown } from './markdown.ts'

// GitHub's limit is 65,536 characters, including the mark and the separators.
const COMMENT_LENGTH = 60_000
const LABEL_LENGTH = 50
const PAGE = 100

interface Issue {
  number: number
  title: string
  html_url: string
  state: string
  pull_request?: unknown
}

/**
 * The ticket is an issue with the configured text as a label or in its title.
 *
 * @param ticket such as `OPS-DEVOPS-ROTATION`
 */
export function githubTickets(client: GithubClient, { owner, repo }: GithubTarget, ticket: string): Tickets {
  const where = `The ticket ${ticket} in ${owner}/${repo}`
  const isLabel = ticket.length <= LABEL_LENGTH && !ticket.includes(',')

  const labelled = async (): Promise<Issue[]> =>
    isLabel
      ? client.paginate(client.rest.issues.listForRepo, {
          owner,
          repo,
          state: 'all',
          labels: ticket,
          per_page: PAGE,
        })
      : []

  // The search may be minutes behind; the list is up to date, but only its first page is read.
  async function titled(): Promise<Issue[]> {
    const newest = await client.rest.issues.listForRepo({ owner, repo, state: 'all', per_page: PAGE })
    const q = `repo:${owner}/${repo} is:issue in:title "${ticket.replaceAll('"', ' ')}"`
    const found = await client.request('GET /search/issues', { q, per_page: PAGE })
    const issues = new Map<number, Issue>(
      [...found.data.items, ...newest.data].map((each) => [each.number, each]),
    )
    return [...issues.values()].filter((issue) => namesTicket(issue.title, ticket))
  }

  async function find(): Promise<(Ticket & { number: number }) | null> {
    const isIssue = (issue: Issue) => !issue.pull_request
    const byLabel = (await labelled()).filter(isIssue)
    const isThere = byLabel.some((issue) => issue.state === 'open')
    const issue = theOne(isThere ? byLabel : [...byLabel, ...(await titled()).filter(isIssue)])
    if (!issue) return null
    const { number, html_url: url, state } = issue
    return { number, name: `#${number}`, url, open: state === 'open' }
  }

  async function create(): Promise<number> {
    const { data } = await client.rest.issues.create({
      owner,
      repo,
      title: `${ticket}: capability token rotation`,
      body: 'Evidence of every rotation of the capability tokens is linked here.',
      ...(isLabel ? { labels: [ticket] } : {}),
    })
    return data.number
  }

  async function comments(issue_number: number): Promise<Written[]> {
    const all = await client.paginate(client.rest.issues.listComments, {
      owner,
      repo,
      issue_number,
      per_page: PAGE,
    })
    return all.map(toWritten)
  }

  async function write(issue_number: number, document: RichDocument): Promise<Written> {
    const body = toMarkdown(document)
    const { data } = await client.rest.issues.createComment({ owner, repo, issue_number, body })
    return toWritten(data)
  }

  return {
    find: () => fromGithub(where, find),
    comment: (mark, document, mayExist) =>
      fromGithub(`A comment on the ticket ${ticket}`, async () => {
        const number = (await find())?.number ?? (await create())
        const parts = divide(document, (part) => toMarkdown(part).length + 2, COMMENT_LENGTH)
        const existing = mayExist ? await comments(number) : []
        return writeMissing(mark, parts, existing, (part) => write(number, part))
      }),
    readComments: (since) =>
      fromGithub(`The comments on the ticket ${ticket}`, async () => {
        const found = await find()
        if (!found) return []
        const all = await client.paginate(client.rest.issues.listComments, {
          owner,
          repo,
          issue_number: found.number,
          since,
          per_page: PAGE,
        })
        return all.map(({ user, body = '', created_at, updated_at, html_url }) => ({
          login: user?.login ?? '',
          body,
          createdAt: created_at,
          updatedAt: updated_at,
          url: html_url,
        }))
      }),
    readReport: (mark) =>
      fromGithub(`The comments on the ticket ${ticket}`, async () => {
        const found = await find()
        const written = found && mark ? await comments(found.number) : []
        return { ticket: found, comment: mark ? assemble(mark, written) : null }
      }),
  }
}

/** Prefers open issues, then the oldest, so that the choice is stable. */
function theOne(issues: Issue[]): Issue | undefined {
  const oldest = issues.toSorted((a, b) => a.number - b.number)
  return oldest.find((issue) => issue.state === 'open') ?? oldest.at(-1)
}

function toWritten({ body = '', html_url: url }: { body?: string; html_url: string }): Written {
  const last = body.trimEnd().split(/\r?\n/).at(-1) ?? ''
  return { lastCode: /^`([^`]+)`$/.exec(last)?.[1] ?? null, url, links: linksInMarkdown(body) }
}
