import { createHash } from 'node:crypto'
import type { Evidence } from './rotation.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const linkEvidence = (label: string, url: string): Evidence => ({ label, url, digest: sha256(url) })

export const excerptEvidence = (excerpt: string): Evidence => ({
  label: excerpt,
  url: null,
  digest: sha256(excerpt),
})

export const MAX_LINKS = 20
const MAX_URL_LENGTH = 2_000

/**
 * Reads links from a text, one a line, plain or as `<url|label>`.
 * @returns distinct links in order, and the lines that are not http(s) addresses
 */
export function parseLinks(text: string): { links: Evidence[]; rejected: string[] } {
  const links = new Map<string, Evidence>()
  const rejected: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const url = httpAddress(trimmed.replace(/^<([^|>]+)(?:\|[^>]*)?>$/, '$1'))
    if (url && links.size < MAX_LINKS) links.set(url, linkEvidence(url, url))
    else if (!links.has(url ?? '')) rejected.push(trimmed)
  }
  return { links: [...links.values()], rejected }
}

function httpAddress(text: string): string | null {
  // URL.parse accepts spaces and line breaks, but a link pasted in two pieces is a mistake.
  if (/\s|[<>|"`]/.test(text) || text.length > MAX_URL_LENGTH) return null
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  return url.hostname !== '' && url.username === '' && url.password === '' ? url.href : null
}
