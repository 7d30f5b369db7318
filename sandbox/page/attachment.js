import { FileIcon } from './icons.js'
import { html, useState } from './preact.js'

const PREVIEW_ROWS = 6

/** A file as a card: name, size and, for text, a preview. */
export function Attachment({ file }) {
  const isCsv = file.mimetype === 'text/csv' || file.name?.endsWith('.csv')
  return html`<div class="file" data-testid="file">
    <p class="file-head">
      <${FileIcon} />
      <span class="file-title">${file.title || file.name}</span>
      <span class="file-about">${[file.title && file.title !== file.name && file.name, sizeOf(file.size)].filter(Boolean).join(' · ')}</span>
    </p>
    ${file.content && (isCsv ? html`<${CsvPreview} content=${file.content} />` : html`<${TextPreview} content=${file.content} />`)}
  </div>`
}

const KILOBYTE = 1024
const sizeOf = (bytes) =>
  bytes === undefined ? '' : bytes < KILOBYTE ? `${bytes} bytes` : `${(bytes / KILOBYTE).toFixed(1)} kB`

function TextPreview({ content }) {
  return html`<details class="file-body">
    <summary>Show the text</summary>
    <pre tabindex="0">${content}</pre>
  </details>`
}

function CsvPreview({ content }) {
  const [all, setAll] = useState(false)
  const [head, ...rows] = parseCsv(content)
  const shown = all ? rows : rows.slice(0, PREVIEW_ROWS)
  return html`<div class="table-frame" tabindex="0" role="region" aria-label="Content of the file">
      <table>
        <thead>
          <tr>
            ${head.map((value) => html`<th scope="col">${value}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) => html`<tr>
              ${row.map((value) => html`<td>${value}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      shown.length < rows.length &&
      html`<button type="button" class="file-more" onClick=${() => setAll(true)}>Show all ${rows.length} rows</button>`
    }`
}

/** Comma-separated values with quoted fields (RFC 4180). @returns {string[][]} */
function parseCsv(text) {
  const rows = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  while (field.lastIndex < text.length) {
    const match = field.exec(text)
    if (!match) break
    rows.at(-1).push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'))
    if (match[3] !== ',') rows.push([])
  }
  return rows.filter((row) => row.some((value) => value !== ''))
}
