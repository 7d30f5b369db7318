/**
 * Parses Slack's mrkdwn into a tree. Pure; the renderer resolves mentions and dates.
 *
 * @typedef {{ type: string, text?: string, children?: Inline[], [key: string]: unknown }} Inline
 * @typedef {{ type: 'line' | 'gap' | 'quote' | 'pre' | 'item', children?: Inline[], text?: string, marker?:
 * string }} Line
 */
import { EMOJI_NAMES } from './emoji-names.js'

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

/** Undoes Slack's three escapes. */
export const unescapeText = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity])

/**
 * @param {string} text
 * @param {{ verbatim?: boolean }} [options] verbatim: bare addresses stay text
 * @returns {Line[]}
 */
export function parseMrkdwn(text, options = {}) {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/)
  return parts.flatMap((part, index) => {
    if (index % 2 === 1) return [{ type: 'pre', text: codeText(part) }]
    return parseLines(withoutOneBreak(part, index > 0, index < parts.length - 1), options)
  })
}

/** Line breaks next to a preformatted block are not lines. */
function withoutOneBreak(part, atStart, atEnd) {
  const trimmed = atStart ? part.replace(/^\n/, '') : part
  return atEnd ? trimmed.replace(/\n$/, '') : trimmed
}

function parseLines(part, options) {
  if (part === '') return []
  const lines = []
  let restIsQuote = false
  for (const line of part.split('\n')) {
    const long = /^(?:&gt;|>){3}\s?(.*)$/.exec(line)
    const short = /^(?:&gt;|>)\s?(.*)$/.exec(line)
    if (long && !restIsQuote) restIsQuote = true
    const quoted = long?.[1] ?? short?.[1] ?? (restIsQuote ? line : undefined)
    if (quoted === undefined) lines.push(parseLine(line, options))
    else addQuote(lines, parseInline(quoted, options))
  }
  return lines
}

function addQuote(lines, children) {
  const last = lines.at(-1)
  if (last?.type === 'quote') last.children.push({ type: 'break' }, ...children)
  else lines.push({ type: 'quote', children })
}

function parseLine(line, options) {
  if (line.trim() === '') return { type: 'gap' }
  const item = /^(\s*)([•◦▪-]|\d{1,3}\.)\s+(\S.*)$/.exec(line)
  if (!item) return { type: 'line', children: parseInline(line, options) }
  return { type: 'item', marker: item[2], indent: item[1].length, children: parseInline(item[3], options) }
}

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' }
const isWord = (char) => char !== undefined && /[\p{L}\p{N}]/u.test(char)
const isSpace = (char) => char === undefined || /\s/.test(char)

/** @returns {Inline[]} */
export function parseInline(text, options = {}) {
  const nodes = []
  let plain = ''
  let at = 0
  while (at < text.length) {
    const found = readToken(text, at, options)
    if (!found) {
      plain += text[at]
      at += 1
      continue
    }
    if (plain) nodes.push({ type: 'text', text: unescapeText(plain) })
    plain = ''
    nodes.push(found.node)
    at = found.end
  }
  if (plain) nodes.push({ type: 'text', text: unescapeText(plain) })
  return nodes
}

function readToken(text, at, options) {
  const char = text[at]
  if (char === '<') return readEntity(text, at)
  if (char === '`') return readCode(text, at)
  if (char === ':') return readEmoji(text, at)
  if (STYLES[char]) return readStyled(text, at, options)
  if (char === 'h' && !options.verbatim) return readAddress(text, at)
  return undefined
}

function readCode(text, at) {
  const end = text.indexOf('`', at + 1)
  if (end <= at + 1) return undefined
  return { node: { type: 'code', text: codeText(text.slice(at + 1, end)) }, end: end + 1 }
}

/** Code is literal; only links lose their brackets, as in Slack. */
const codeText = (text) =>
  unescapeText(text.replace(/<(https?:[^|>]+)(?:\|([^>]*))?>/g, (_, url, label) => label ?? url))

function readEmoji(text, at) {
  const name = /^:([a-z0-9_+-]+):/.exec(text.slice(at, at + 60))?.[1]
  if (!name || !EMOJI_NAMES[name]) return undefined
  return { node: { type: 'emoji', name }, end: at + name.length + 2 }
}

function readStyled(text, at, options) {
  const marker = text[at]
  const next = text[at + 1]
  if (isWord(text[at - 1]) || isSpace(next) || next === marker) return undefined
  const end = closingMarker(text, at, marker)
  if (end < 0) return undefined
  const children = parseInline(text.slice(at + 1, end), options)
  return { node: { type: STYLES[marker], children }, end: end + 1 }
}

function closingMarker(text, at, marker) {
  for (let i = at + 1; i < text.length; i += 1) {
    // Markers inside links and code are literal.
    const skip = text[i] === '<' ? '>' : text[i] === '`' ? '`' : ''
    const past = skip ? text.indexOf(skip, i + 1) : -1
    if (past > 0) i = past
    else if (text[i] === marker && i > at + 1 && !isSpace(text[i - 1]) && !isWord(text[i + 1])) return i
  }
  return -1
}

function readAddress(text, at) {
  if (isWord(text[at - 1])) return undefined
  const match = /^https?:\/\/[^\s<>|`]+/.exec(text.slice(at))?.[0]
  const url = match?.replace(/(?:[.,;:!?'")\]*_~]|&gt;|&lt;)+$/, '')
  if (!url || url.endsWith('//')) return undefined
  return { node: linkNode(unescapeText(url), unescapeText(url)), end: at + url.length }
}

const linkNode = (url, label) => ({ type: 'link', url, text: label })

function readEntity(text, at) {
  const end = text.indexOf('>', at)
  if (end < 0) return undefined
  const node = entityNode(text.slice(at + 1, end))
  return node && { node, end: end + 1 }
}

const BROADCASTS = ['here', 'channel', 'everyone']

function entityNode(inside) {
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 ? undefined : unescapeText(inside.slice(bar + 1))
  if (/^@[UWB]\w+$/.test(target)) return { type: 'user', id: target.slice(1), text: label }
  if (/^#[CGD]\w+$/.test(target)) return { type: 'channel', id: target.slice(1), text: label }
  if (BROADCASTS.includes(target.slice(1)) && target.startsWith('!'))
    return { type: 'broadcast', text: target.slice(1) }
  if (target.startsWith('!subteam^')) return { type: 'group', id: target.split('^')[1], text: label }
  if (target.startsWith('!date^')) return dateNode(target, label)
  if (/^(?:https?:\/\/|mailto:|tel:)/.test(target))
    return linkNode(unescapeText(target), label ?? unescapeText(target))
  return undefined
}

function dateNode(target, fallback) {
  const [, seconds, format, url] = target.split('^')
  return {
    type: 'date',
    seconds: Number(seconds),
    format,
    url: url && unescapeText(url),
    text: fallback ?? '',
  }
}
