import { html } from '../preact.js'
import { EmojiText } from './emoji.js'
import { RichText } from './rich-text.js'

const CELLS = {
  raw_text: (cell) => html`<${EmojiText} text=${cell.text} />`,
  raw_number: (cell) => cell.text ?? String(cell.value),
  rich_text: (cell) => html`<${RichText} block=${cell} />`,
}

const cell = (content) => CELLS[content.type]?.(content) ?? ''

/** A table block; its first row is the header. */
export function Table({ block }) {
  const [head, ...rows] = block.rows
  const classOf = (index) => {
    const settings = block.column_settings?.[index]
    return `align-${settings?.align ?? 'left'} ${settings?.is_wrapped ? 'wraps' : ''}`
  }
  return html`<div class="table-frame" tabindex="0" role="region" aria-label="Table">
    <table>
      <thead>
        <tr>${head.map((content, index) => html`<th scope="col" class=${classOf(index)}>${cell(content)}</th>`)}</tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>${row.map((content, index) => html`<td class=${classOf(index)}>${cell(content)}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
