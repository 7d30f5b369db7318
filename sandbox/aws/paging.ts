import { AwsError } from './aws-error.ts'

const DEFAULT_PAGE = 100

/**
 * One page. As in AWS, items are filtered after the page is cut, so a page may be empty and still have a
 * `NextToken`.
 *
 * @param scope what is listed; a token is valid for the same scope only
 * @throws AwsError `InvalidNextTokenException`
 */
export function pageOf<T>(
  items: readonly T[],
  keep: (item: T) => boolean,
  request: { MaxResults?: number | undefined; NextToken?: string | undefined },
  scope: string,
): { items: T[]; NextToken?: string } {
  const start = request.NextToken === undefined ? 0 : offsetOf(request.NextToken, scope)
  const end = start + (request.MaxResults ?? DEFAULT_PAGE)
  const page = items.slice(start, end).filter(keep)
  return end < items.length ? { items: page, NextToken: tokenOf(end, scope) } : { items: page }
}

const tokenOf = (offset: number, scope: string) =>
  Buffer.from(JSON.stringify([scope, offset])).toString('base64')

function offsetOf(token: string, scope: string): number {
  const [tokenScope, offset] = decode(token)
  if (tokenScope !== scope || typeof offset !== 'number') {
    throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  }
  return offset
}

function decode(token: string): unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'))
    return Array.isArray(decoded) ? decoded : []
  } catch {
    return []
  }
}
