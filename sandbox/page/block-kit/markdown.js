/** The common parts of Markdown, for `markdown` blocks and files. Embedded HTML is not rendered. */
import { html } from '../preact.js'
import { EmojiText } from './emoji.js'
import { Link } from './text.js'

const INLINE = [
  [/^`([^`]+)`/, (match) => html`<code>${match[1]}</code>`],
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*/, (match) => html`<strong>${inlineMarkdown(match[1])}</strong>`],
  [/^__(?=\S)([\s\S]*?\S)__/, (match) => html`<strong>${inlineMarkdown(match[1])}</strong>`],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (match) => html`<s>${inlineMarkdown(match[1])}</s>`],
  [/^\*(?=\S)([^*]*\S)\*/, (match) => html`<em>${inlineMarkdown(match[1])}</em>`],
  [/^_(?=\S)([^_]*\S)_(?!\w)/, (match) => html`<em>${inlineMarkdown(match[1])}</em>`],
  [
    /^\[((?:\\.|[^\]\\])*)\]\(<([^<>\s]*)>\)/,
    (match) => html`<${Link} url=${decoded(match[2])}>${inlineMarkdown(match[1])}<//>`,
  ],
  [/^!?\[([^\]]*)\]\(([^\s)]+)\)/, (match) => html`<${Link} url=${match[2]}>${match[1]}<//>`],
  [/^<(https?:[^>\s]+)>/, (match) => html`<${Link} url=${decoded(match[1])}>${decoded(match[1])}<//>`],
  [/^https?:\/\/[^\s<>|)]+[^\s<>|).,;:!?]/, (match) => html`<${Link} url=${match[0]}>${match[0]}<//>`],
  [/^<br\s*\/?>/, () => html`<br />`],
  [/^\\([\\`*_{}[\]()#+\-.!|~<>:=])/, (match) => match[1]],
  [/^&(?:amp|lt|gt|#\d+);/, (match) => decoded(match[0])],
]

const NAMED = { amp: '&', lt: '<', gt: '>' }

const decoded = (text) =>
  text.replace(
    /&(?:(amp|lt|gt)|#(\d+));/g,
    (_, name, code) => NAMED[name] ?? String.fromCodePoint(Number(code)),
  )

export function inlineMarkdown(text) {
  const nodes = []
  let plain = ''
  let rest = text
  while (rest) {
    const found = INLINE.map(([pattern, draw]) => ({ match: pattern.exec(rest), draw })).find(
      ({ match }) => match,
    )
    // An underscore inside a word is literal.
    const inWord = found?.match[0].startsWith('_') && /\w$/.test(plain)
    if (found && !inWord) {
      if (plain) nodes.push(html`<${EmojiText} text=${plain} />`)
      plain = ''
      nodes.push(found.draw(found.match))
      rest = rest.slice(found.match[0].length)
    } else {
      plain += rest[0]
      rest = rest.slice(1)
    }
  }
  if (plain) nodes.push(html`<${EmojiText} text=${plain} />`)
  return nodes
}

/** The cells of a table row, with `\|` unescaped. */
const tableCells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((part) => part.trim())

const isRule = (line) => /^\s*\|?\s*:?-{2,}/.test(line ?? '') && line.includes('|')
const LIST = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/

const BLOCKS = [
  {
    begins: (lines) => /^```/.test(lines[0]),
    take(lines) {
      const end = lines.findIndex((line, index) => index > 0 && /^```/.test(line))
      const body = lines.slice(1, end < 0 ? undefined : end)
      return [html`<pre>${body.join('\n')}</pre>`, end < 0 ? lines.length : end + 1]
    },
  },
  {
    begins: (lines) => /^#{1,6}\s/.test(lines[0]),
    take: (lines) => [html`<p class="md-heading">${inlineMarkdown(lines[0].replace(/^#+\s+/, ''))}</p>`, 1],
  },
  { begins: (lines) => /^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[0]), take: () => [html`<hr />`, 1] },
  {
    begins: (lines) => lines[0].includes('|') && isRule(lines[1]),
    take: (lines) => takeTable(lines),
  },
  { begins: (lines) => LIST.test(lines[0]), take: (lines) => takeList(lines) },
  {
    begins: (lines) => /^>\s?/.test(lines[0]),
    take(lines) {
      const body = countWhile(lines, (line) => /^>/.test(line))
      const text = lines.slice(0, body).map((line) => line.replace(/^>\s?/, ''))
      return [html`<blockquote>${withBreaks(text)}</blockquote>`, body]
    },
  },
  { begins: (lines) => lines[0].trim() === '', take: () => [null, 1] },
]

const countWhile = (lines, test) => {
  const end = lines.findIndex((line) => !test(line))
  return end < 0 ? lines.length : end
}

const withBreaks = (lines) =>
  lines.flatMap((line, index) => [index > 0 && html`<br />`, ...inlineMarkdown(line)])

function takeTable(lines) {
  const length = countWhile(lines, (line) => line.includes('|'))
  const [head, , ...rows] = lines.slice(0, length).map(tableCells)
  const table = html`<div class="table-frame" tabindex="0" role="region" aria-label="Table"><table>
    <thead><tr>${head.map((text) => html`<th scope="col">${inlineMarkdown(text)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((text) => html`<td>${inlineMarkdown(text)}</td>`)}</tr>`)}</tbody>
  </table></div>`
  return [table, length]
}

function takeList(lines) {
  const length = countWhile(lines, (line) => LIST.test(line))
  const items = lines.slice(0, length).map((line) => html`<li>${inlineMarkdown(LIST.exec(line)[2])}</li>`)
  return [LIST.exec(lines[0])[1] ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`, length]
}

const PARAGRAPH = {
  take(lines) {
    const rest = countWhile(lines.slice(1), (line) => !BLOCKS.some((block) => block.begins([line, ''])))
    return [html`<p>${withBreaks(lines.slice(0, rest + 1))}</p>`, rest + 1]
  },
}

export function Markdown({ text }) {
  let lines = (text ?? '').split('\n')
  const drawn = []
  while (lines.length > 0) {
    const kind = BLOCKS.find((block) => block.begins(lines)) ?? PARAGRAPH
    const [node, used] = kind.take(lines)
    drawn.push(node)
    lines = lines.slice(used)
  }
  return html`<div class="markdown" dir="auto">${drawn}</div>`
}
