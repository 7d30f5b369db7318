/** Text objects: plain text and mrkdwn. Never sets HTML from a string. */
import { useNow } from '../now.js'
import { goOutside, goToPermalink } from '../place.js'
import { html, useContext } from '../preact.js'
import { SECOND } from '../time.js'
import { WorkspaceContext } from '../workspace.js'
import { Emoji, EmojiText } from './emoji.js'
import { formatDate } from './format-date.js'
import { parseInline, parseMrkdwn, unescapeText } from './parse-mrkdwn.js'

/** A link. Links to this page open here, others in a new tab. */
export function Link({ url, children, ...rest }) {
  const target = safeUrl(url)
  if (!target) return html`<span>${children}</span>`
  const openHere = target.origin === location.origin ? openerWithinPage(target) : undefined
  if (openHere) {
    const open = (event) => {
      event.preventDefault()
      openHere()
    }
    return html`<a ...${rest} href=${target.href} onClick=${open}>${children}</a>`
  }
  return html`<a ...${rest} href=${target.href} target="_blank" rel="noopener noreferrer">${children}</a>`
}

/** A function that opens a sandbox address on this page; undefined for other addresses. */
function openerWithinPage({ pathname, search, hash }) {
  if (pathname.startsWith('/slack/archives/')) return () => goToPermalink(pathname + search)
  return pathname === '/' && hash ? () => goToPermalink(hash) || goOutside(hash) : undefined
}

const SAFE_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:']

function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href)
    return SAFE_PROTOCOLS.includes(parsed.protocol) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** A mention. The reader's own mentions are highlighted. */
export function Mention({ id, fallback }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const bot = workspace.bot
  const isBot = bot.userId === id || bot.botId === id
  const name = workspace.people.find((person) => person.id === id)?.name ?? (isBot ? bot.name : fallback)
  return html`<span class=${id === me.id ? 'pill pill-me' : 'pill'}>@${(name ?? id).replace(/^@/, '')}</span>`
}

export function ChannelName({ id, fallback }) {
  const { workspace } = useContext(WorkspaceContext)
  const name = workspace.channels.find((channel) => channel.id === id)?.name ?? fallback ?? 'private channel'
  return html`<span class="pill">#${name}</span>`
}

export function GroupName({ id, fallback }) {
  const { workspace } = useContext(WorkspaceContext)
  const group = workspace.groups?.find((candidate) => candidate.id === id)
  return html`<span class="pill">@${(group?.handle ?? fallback ?? 'group').replace(/^@/, '')}</span>`
}

export function DateText({ seconds, format, url, fallback, startsText }) {
  const now = useNow(format?.includes('{ago}') ? SECOND : undefined)
  const text = formatDate(seconds, format, now, { startsText }) ?? fallback
  const full = formatDate(seconds, '{date_long} {time_secs}', now)
  const shown = html`<time title=${full}>${text}</time>`
  return url ? html`<${Link} url=${url}>${shown}<//>` : shown
}

const INLINE = {
  text: (node) => html`<${EmojiText} text=${node.text} />`,
  break: () => html`<br />`,
  bold: (node) => html`<strong>${inline(node.children)}</strong>`,
  italic: (node) => html`<em>${inline(node.children)}</em>`,
  strike: (node) => html`<s>${inline(node.children)}</s>`,
  code: (node) => html`<code>${node.text}</code>`,
  emoji: (node) => html`<${Emoji} name=${node.name} />`,
  link: (node) => html`<${Link} url=${node.url}><${EmojiText} text=${node.text} /><//>`,
  user: (node) => html`<${Mention} id=${node.id} fallback=${node.text} />`,
  channel: (node) => html`<${ChannelName} id=${node.id} fallback=${node.text} />`,
  group: (node) => html`<${GroupName} id=${node.id} fallback=${node.text} />`,
  broadcast: (node) => html`<span class="pill pill-me">@${node.text}</span>`,
  date: (node, startsText) =>
    html`<${DateText}
      seconds=${node.seconds}
      format=${node.format}
      url=${node.url}
      fallback=${node.text}
      startsText=${startsText}
    />`,
}

const inline = (nodes, startsText = false) =>
  nodes.map((node, index) => INLINE[node.type](node, startsText && index === 0))

const LINES = {
  line: (line, first) => html`<span class="line">${inline(line.children, first)}</span>`,
  gap: () => html`<span class="gap"></span>`,
  quote: (line) => html`<blockquote>${inline(line.children, true)}</blockquote>`,
  pre: (line) => html`<pre>${line.text}</pre>`,
  item: (line) => html`<span class=${line.indent > 1 ? 'item item-deep' : 'item'}>
    <span class="marker">${line.marker}</span><span>${inline(line.children, true)}</span>
  </span>`,
}

/** @param {{ text: string, verbatim?: boolean }} props */
export function Mrkdwn({ text, verbatim }) {
  const lines = parseMrkdwn(text ?? '', { verbatim })
  return html`<div class="mrkdwn" dir="auto">${lines.map((line, index) => LINES[line.type](line, index === 0))}</div>`
}

/** Single-line plain text: `:emoji:` is drawn, everything else is literal. */
export function PlainText({ text }) {
  const parts = (text ?? '').split(/(:[a-z0-9_+-]+:)/)
  return parts.map((part, index) => {
    const [node] = index % 2 ? parseInline(part, { verbatim: true }) : []
    return node?.type === 'emoji' ? INLINE.emoji(node) : html`<${EmojiText} text=${unescapeText(part)} />`
  })
}

export function Text({ object }) {
  if (!object) return null
  if (object.type === 'mrkdwn') return html`<${Mrkdwn} text=${object.text} verbatim=${object.verbatim} />`
  return html`<div class="plain" dir="auto"><${PlainText} text=${object.text} /></div>`
}

/** A text object as a string, for attributes and native lists. */
export const textOf = (object) =>
  unescapeText(object?.text ?? '')
    .replace(/:([a-z0-9_+-]+):/g, '')
    .trim()
