/** Width of every picture in SVG units, as on a phone. Rendered larger to stay sharp. */
export const WIDTH = 360
export const MARGIN = 16

/** Colours that color-blind readers can distinguish; meaning is also shown by pattern, position or word. */
export const INK = {
  paper: '#ffffff',
  edge: '#d5dbe1',
  text: '#1d2b36',
  muted: '#566573',
  line: '#e6eaee',
  fresh: '#2f7d6d',
  dueSoon: '#b7791f',
  overdue: '#b8322a',
} as const

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Untrusted text for SVG: escaped, on one line, without characters that XML does not allow. */
export function svgText(text: string, limit: number): string {
  const points = [
    ...text
      .toWellFormed()
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim(),
  ]
  const clipped = points.length > limit ? [...points.slice(0, limit - 1), '…'] : points
  return clipped.join('').replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark) || '–'
}

interface LabelStyle {
  size?: number
  bold?: boolean
  color?: string
  anchor?: 'start' | 'middle' | 'end'
}

const round = (value: number): number => Math.round(value * 100) / 100

/** @param words trusted, or escaped by `svgText` */
export function label(x: number, y: number, words: string, style: LabelStyle = {}): string {
  const { size = 11, bold = false, color = INK.text, anchor = 'start' } = style
  const weight = bold ? ' font-weight="bold"' : ''
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}"${weight} fill="${color}" text-anchor="${anchor}">${words}</text>`
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export const rect = ({ x, y, width, height }: Box, attributes: string): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${attributes}/>`

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: string): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${attributes}/>`

/** Stripes mark what is overdue without relying on colour. */
const STRIPES = `<pattern id="overdue" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#f6d5d2"/><rect width="2.6" height="5" fill="${INK.overdue}"/></pattern>`

export const OVERDUE_FILL = `fill="url(#overdue)" stroke="${INK.overdue}" stroke-width="1"`

/** Outline only: the age is not known. */
export const UNREAD_FILL = `fill="none" stroke="${INK.muted}" stroke-width="1" stroke-dasharray="3 2"`

/** The whole picture on its own background, so that it is readable in light and dark themes. */
export function svg(height: number, parts: string[]): string {
  const paper = rect(
    { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 },
    `rx="8" fill="${INK.paper}" stroke="${INK.edge}"`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans Condensed"><defs>${STRIPES}</defs>${paper}${parts.join('')}</svg>`
}
