import type { Context } from 'hono'
import type { z } from 'zod'
import { GithubError, notFound, validationFailed } from './github-error.ts'

/** The validated JSON body. An empty body counts as `{}`. */
export async function readBody<T extends z.ZodType>(
  c: Context,
  schema: T,
  resource: string,
): Promise<z.output<T>> {
  const text = await c.req.text()
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text))
  if (parsed.success) return parsed.data
  throw validationFailed(
    ...parsed.error.issues.map((issue) => ({
      resource,
      field: issue.path.join('.'),
      code: issue.message.includes('undefined') ? 'missing_field' : 'custom',
      message: issue.message,
    })),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new GithubError(400, 'Problems parsing JSON')
  }
}

/** The path after a marker such as `/contents`; clients may escape slashes. */
export function pathAfter(c: Context, marker: string): string {
  const path = new URL(c.req.url).pathname
  try {
    return decodeURIComponent(path.slice(path.indexOf(marker) + marker.length)).replace(/^\/+|\/+$/g, '')
  } catch {
    throw new GithubError(400, 'Bad Request')
  }
}

/** A numeric path parameter; 404 for anything else. */
export function numberParam(c: Context, name: string): number {
  const text = c.req.param(name) ?? ''
  if (!/^\d{1,15}$/.test(text)) throw notFound()
  return Number(text)
}

/** The requested page; sets the `Link` header. */
export function paginate<T>(c: Context, items: readonly T[]): T[] {
  const perPage = bounded(c.req.query('per_page'), 30, 100)
  const page = bounded(c.req.query('page'), 1, Number.MAX_SAFE_INTEGER)
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const to = (number: number, rel: string) => {
    const url = new URL(c.req.url)
    url.searchParams.set('page', String(number))
    return `<${url}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
  ]
  if (links.length > 0) c.header('link', links.join(', '))
  return items.slice((page - 1) * perPage, page * perPage)
}

function bounded(text: string | undefined, otherwise: number, most: number): number {
  const number = Number(text)
  return text === undefined || !Number.isInteger(number) || number < 1 ? otherwise : Math.min(number, most)
}

/** GitHub writes whole seconds. */
export const wholeSeconds = (iso: string) => `${iso.slice(0, 19)}Z`
