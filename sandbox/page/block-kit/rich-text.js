import { html } from '../preact.js'
import { Emoji, EmojiText } from './emoji.js'
import { EMOJI_NAMES } from './emoji-names.js'
import { ChannelName, DateText, GroupName, Link, Mention } from './text.js'

const STYLES = [
  ['code', (content) => html`<code>${content}</code>`],
  ['strike', (content) => html`<s>${content}</s>`],
  ['underline', (content) => html`<u>${content}</u>`],
  ['italic', (content) => html`<em>${content}</em>`],
  ['bold', (content) => html`<strong>${content}</strong>`],
]

const styled = (content, style = {}) =>
  STYLES.reduce((inner, [name, wrap]) => (style[name] ? wrap(inner) : inner), content)

const INLINE = {
  text: (node) => html`<${EmojiText} text=${node.text} />`,
  link: (node) => html`<${Link} url=${node.url}><${EmojiText} text=${node.text ?? node.url} /><//>`,
  emoji: (node) => (EMOJI_NAMES[node.name] ? html`<${Emoji} name=${node.name} />` : `:${node.name}:`),
  user: (node) => html`<${Mention} id=${node.user_id} />`,
  channel: (node) => html`<${ChannelName} id=${node.channel_id} />`,
  usergroup: (node) => html`<${GroupName} id=${node.usergroup_id} />`,
  broadcast: (node) => html`<span class="pill pill-me">@${node.range}</span>`,
  color: (node) => html`<code>${node.value}</code>`,
  date: (node) =>
    html`<${DateText} seconds=${node.timestamp} format=${node.format} url=${node.url} fallback=${node.fallback} />`,
}

const inline = (nodes) => nodes.map((node) => styled(INLINE[node.type]?.(node) ?? '', node.style))

function List({ node }) {
  const items = node.elements.map((section) => html`<li>${inline(section.elements)}</li>`)
  const className = `rich-list rich-indent-${Math.min(node.indent ?? 0, 4)}`
  if (node.style !== 'ordered') return html`<ul class=${className}>${items}</ul>`
  return html`<ol class=${className} start=${(node.offset ?? 0) + 1}>${items}</ol>`
}

const SECTIONS = {
  rich_text_section: (node) => html`<p>${inline(node.elements)}</p>`,
  rich_text_list: (node) => html`<${List} node=${node} />`,
  rich_text_quote: (node) => html`<blockquote>${inline(node.elements)}</blockquote>`,
  rich_text_preformatted: (node) => html`<pre>${inline(node.elements)}</pre>`,
}

export const RichText = ({ block }) =>
  html`<div class="rich-text" dir="auto">${block.elements.map((node) => SECTIONS[node.type]?.(node))}</div>`
