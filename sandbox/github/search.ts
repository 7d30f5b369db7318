import { Hono } from 'hono'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { validationFailed } from './github-error.ts'
import { issueJson } from './issue-json.ts'
import { paginate } from './request.ts'
import { type Issue, issuesOf } from './tracker.ts'

type Test = (issue: Issue, value: string) => boolean

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** Supported qualifiers. Others are refused rather than ignored. */
const QUALIFIERS: Readonly<Record<string, Test>> = {
  repo: (_issue, value) => same(value, `${REPOSITORY.owner}/${REPOSITORY.name}`),
  org: (_issue, value) => same(value, REPOSITORY.owner),
  is: (issue, value) => value === 'issue' || value === issue.state,
  type: (_issue, value) => value === 'issue',
  state: (issue, value) => value === issue.state,
  label: (issue, value) => issue.labels.some((label) => same(label, value)),
  author: (issue, value) => same(issue.author.login, value),
  // `searchedText` reads it.
  in: () => true,
}

/** A small `GET /search/issues`: words, quoted phrases and common qualifiers. */
export function searchRoutes(world: World): Hono {
  const routes = new Hono()
  routes.get('/search/issues', (c) => {
    const terms = termsOf(c.req.query('q') ?? '')
    const found = issuesOf(world)
      .issues()
      .filter((issue) => matches(issue, terms))
      .toReversed()
    const items = paginate(c, found).map((issue) => ({ ...issueJson(world, issue), score: 1 }))
    return c.json({ total_count: found.length, incomplete_results: false, items })
  })
  return routes
}

interface Terms {
  qualifiers: { key: string; value: string }[]
  words: string[]
}

function termsOf(query: string): Terms {
  const parts = [...query.matchAll(/(?:([\w-]+):)?(?:"([^"]*)"|([^\s"]+))/g)]
  const terms: Terms = { qualifiers: [], words: [] }
  for (const [, key, phrase, word] of parts) {
    const value = phrase ?? word ?? ''
    if (key === undefined) terms.words.push(value)
    else terms.qualifiers.push({ key, value })
  }
  const unknown = terms.qualifiers.find(({ key }) => !Object.hasOwn(QUALIFIERS, key))
  if (parts.length === 0) throw validationFailed({ resource: 'Search', field: 'q', code: 'missing' })
  if (unknown) {
    const message = `The sandbox's search does not know ${unknown.key}:`
    throw validationFailed({ resource: 'Search', field: 'q', code: 'invalid', message })
  }
  return terms
}

function matches(issue: Issue, { qualifiers, words }: Terms): boolean {
  const text = searchedText(issue, qualifiers).toLowerCase()
  return (
    qualifiers.every(({ key, value }) => QUALIFIERS[key]!(issue, value)) &&
    words.every((word) => text.includes(word.toLowerCase()))
  )
}

function searchedText(issue: Issue, qualifiers: Terms['qualifiers']): string {
  const places = qualifiers.filter(({ key }) => key === 'in').flatMap(({ value }) => value.split(','))
  const everywhere = places.length === 0
  return [
    everywhere || places.includes('title') ? issue.title : '',
    everywhere || places.includes('body') ? issue.body : '',
  ].join('\n')
}
