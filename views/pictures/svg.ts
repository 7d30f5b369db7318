/** Width of every picture in SVG units, as on a phone. Rendered larger to stay sharp. */
export const WIDTH = 360
export const MARGIN = 16

/**
 * Colours that color-blind readers can distinguish; meaning is also shown by pattern, position or word. The paper is
 * dark, because a white picture would glare in Slack's dark theme, and one file is shown in both themes.
 */
export const INK = {
  paper: '#20262e',
  edge: '#4a545f',
  text: '#eef1f4',
  muted: '#b4bdc7',
  fresh: '#58b8a2',
  dueSoon: '#e3ad45',
  overdue: '#f28b7d',
} as const

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

const svgPlain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()

/** Untrusted text for SVG: escaped, on one line, without characters that XML does not allow. */
export function svgText(text: string, limit: number): string {
  const points = [...svgPlain(text)]
  const clipped = points.length > limit ? [...points.slice(0, limit - 1), '…'] : points
  return clipped.join('').replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark) || '–'
}

/** A whole name, on as many lines as it needs, broken where it has a separator, if it can be. */
export function nameLines(name: string, length: number): string[] {
  const lines: string[] = []
  let points = [...svgPlain(name)]
  while (points.length > length) {
    const first = points.slice(0, length).join('')
    const at = [...first.slice(0, Math.max(...[...'-_/. '].map((mark) => first.lastIndexOf(mark))) + 1)]
      .length
    const cut = at > length / 2 ? at : length
    lines.push(svgText(points.slice(0, cut).join(''), length))
    points = points.slice(cut)
  }
  return [...lines, svgText(points.join(''), length)]
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

/** Stripes mark what is overdue, and dots what is due soon, without relying on colour. */
const PATTERNS = `<pattern id="overdue" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#5c2a27"/><rect width="2.6" height="5" fill="${INK.overdue}"/></pattern><pattern id="due-soon" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#5a4418"/><circle cx="2.5" cy="2.5" r="1.5" fill="${INK.dueSoon}"/></pattern>`

export const OVERDUE_FILL = `fill="url(#overdue)" stroke="${INK.overdue}" stroke-width="1"`

export const DUE_SOON_FILL = `fill="url(#due-soon)" stroke="${INK.dueSoon}" stroke-width="1"`

/** Outline only: the age is not known. */
export const UNREAD_FILL = `fill="none" stroke="${INK.muted}" stroke-width="1" stroke-dasharray="3 2"`

/** The whole picture on its own framed background, so that it is readable in light and dark themes. */
export function svg(height: number, parts: string[]): string {
  const paper = rect(
    { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 },
    `rx="8" fill="${INK.paper}" stroke="${INK.edge}"`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans Condensed"><defs>${PATTERNS}</defs>${paper}${parts.join('')}</svg>`
}
