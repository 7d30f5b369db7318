/** Escapes text of people and other systems for HTML, in elements and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, (mark) =>
      /[\n\t]/.test(mark) ? mark : '',
    )
    .replace(/[&<>"'`]/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** A cell of a table: text, or HTML whose texts are escaped already. */
export type Cell = string | { html: string }

/**
 * A table of texts.
 *
 * @param widths of its columns, CSS lengths; the browser chooses them where they are left out
 */
export const htmlTable = (
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  widths?: readonly string[],
): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table${widths ? ' class="fixed"' : ''}>${columns(widths)}<thead><tr>${header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cellHtml(cell)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`

const columns = (widths: readonly string[] | undefined): string =>
  widths ? `<colgroup>${widths.map((width) => `<col style="width: ${width}">`).join('')}</colgroup>` : ''

const cellHtml = (cell: Cell): string => (typeof cell === 'string' ? linked(cell) : cell.html)

/** A link with a text of its own; the text alone where the address cannot be linked. */
export const htmlLink = (url: string, text: string): string =>
  /^https?:\/\/\S+$/.test(url) && URL.canParse(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>`
    : escapeHtml(text)

/** A text that is shown when somebody asks for it. */
export const htmlDetails = (summary: string, text: string): string =>
  `<details><summary>${escapeHtml(summary)}</summary>${escapeHtml(text)}</details>`

const linked = (text: string): string => htmlLink(text, text)

/** A page of its own that loads nothing and runs no script. */
export const htmlPage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d1c1d }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }
th, td { border: 1px solid #ddd; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap }
table.fixed { table-layout: fixed; min-width: 52rem }
code { overflow-wrap: anywhere }
summary { cursor: pointer }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
