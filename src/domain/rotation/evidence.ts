import { createHash } from 'node:crypto'
import type { UploadedFile } from '#domain/ports/uploaded-files'
import type { Evidence } from './rotation.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const linkEvidence = (label: string, url: string): Evidence => ({ label, url, digest: sha256(url) })

export const excerptEvidence = (excerpt: string): Evidence => ({
  label: excerpt,
  url: null,
  digest: sha256(excerpt),
})

/** Lines of a log, with where they are from. */
export const quoteEvidence = (label: string, url: string, excerpt: string): Evidence => ({
  label,
  url,
  digest: sha256(excerpt),
  excerpt,
})

/** `latency.png (210 kB)`, with the digest of the file's content. */
export const fileEvidence = ({ name, size, digest, permalink }: UploadedFile): Evidence => ({
  label: `${name} (${sizeWords(size)})`,
  url: permalink,
  digest,
  file: { name, size },
})

/** `512 bytes`, `210 kB`, `2.4 MB` */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

export const MAX_LINKS = 20
/** Files that a person may upload at once as evidence of a step. */
export const MAX_FILES = 5
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
