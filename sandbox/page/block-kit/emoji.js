/** Draws emoji that show a state, so that they look the same without an emoji font. */
import { html } from '../preact.js'
import { EMOJI_NAMES } from './emoji-names.js'

const disc = (fill) => html`<circle cx="10" cy="10" r="7.5" fill=${fill} />`
const tile = (fill) => html`<rect x="2" y="2" width="16" height="16" rx="4" fill=${fill} />`
const stroke = (d, color = '#fff', width = 2.4) => html`<path
  d=${d}
  fill="none"
  stroke=${color}
  stroke-width=${width}
  stroke-linecap="round"
  stroke-linejoin="round"
/>`
const solid = (d, fill) => html`<path d=${d} fill=${fill} />`
const group = (...shapes) => html`<g>${shapes}</g>`

const TRIANGLE =
  'M10 2.6a1.6 1.6 0 0 1 1.4.8l6.8 12a1.6 1.6 0 0 1-1.4 2.4H3.2a1.6 1.6 0 0 1-1.4-2.4l6.8-12a1.6 1.6 0 0 1 1.4-.8z'
const GLASS = 'M5 2.5h10M5 17.5h10M6 3c0 4 2.6 5 4 7 1.4-2 4-3 4-7M6 17c0-4 2.6-5 4-7 1.4 2 4 3 4 7'
const BELL =
  'M10 2.5a5 5 0 0 1 5 5c0 4 1.8 5.3 1.8 6.2H3.2C3.2 12.8 5 11.5 5 7.5a5 5 0 0 1 5-5zM8 15.2a2 2 0 0 0 4 0z'
const ARROWS = 'M15.5 7.5A6 6 0 0 0 4.7 7M4.5 12.5A6 6 0 0 0 15.3 13M15.8 3.8v3.7h-3.7M4.2 16.2v-3.7h3.7'

const DRAWINGS = {
  white_check_mark: () => group(tile('#1f7a45'), stroke('M6 10.4l2.8 2.8L14.2 7')),
  heavy_check_mark: () => stroke('M4 10.6l4 4L16 5.6', '#1f7a45', 2.8),
  ballot_box_with_check: () => group(tile('#35618f'), stroke('M6 10.4l2.8 2.8L14.2 7')),
  x: () => stroke('M5 5l10 10M15 5L5 15', '#c0342c', 3),
  heavy_multiplication_x: () => stroke('M5 5l10 10M15 5L5 15', '#3c4654', 3),
  warning: () => group(solid(TRIANGLE, '#e0a100'), stroke('M10 7.6v4.4M10 14.8v.1', '#3b2b00', 2)),
  rotating_light: () =>
    group(
      solid('M5 14V10a5 5 0 0 1 10 0v4z', '#c0342c'),
      solid('M3.5 14h13v3h-13z', '#5b6472'),
      stroke('M10 1.4v1.8M3 4l1.2 1.2M17 4l-1.2 1.2', '#c0342c', 1.8),
    ),
  no_entry: () => group(disc('#c0342c'), stroke('M6.5 10h7')),
  no_entry_sign: () =>
    group(
      html`<circle cx="10" cy="10" r="6.8" fill="none" stroke="#c0342c" stroke-width="2.2" />`,
      stroke('M5.5 5.5l9 9', '#c0342c', 2.2),
    ),
  octagonal_sign: () => solid('M6.5 2h7L18 6.5v7L13.5 18h-7L2 13.5v-7z', '#c0342c'),
  hourglass: () => stroke(GLASS, '#7a5a00', 1.8),
  hourglass_flowing_sand: () => stroke(GLASS, '#7a5a00', 1.8),
  arrow_forward: () => group(tile('#35618f'), solid('M7.5 6l6.5 4-6.5 4z', '#fff')),
  arrow_right: () => stroke('M3.5 10h12.5M11 5l5 5-5 5', '#35618f', 2.2),
  arrows_counterclockwise: () => stroke(ARROWS, '#35618f', 2),
  repeat: () => stroke(ARROWS, '#35618f', 2),
  question: () =>
    group(disc('#c0342c'), stroke('M8 8a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6M10 13.9v.1', '#fff', 1.8)),
  grey_question: () =>
    group(disc('#5b6472'), stroke('M8 8a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6M10 13.9v.1', '#fff', 1.8)),
  exclamation: () => stroke('M10 3.5v8.5M10 16.2v.1', '#c0342c', 3),
  information_source: () => group(tile('#35618f'), stroke('M10 9.5v4.5M10 6.3v.1', '#fff', 2)),
  white_circle: () =>
    html`<circle cx="10" cy="10" r="6.8" fill="#fff" stroke="#8b93a0" stroke-width="1.5" />`,
  black_circle: () => disc('#2b313b'),
  red_circle: () => disc('#c0342c'),
  large_green_circle: () => disc('#1f7a45'),
  large_yellow_circle: () => disc('#e0a100'),
  large_orange_circle: () => disc('#d9731a'),
  large_blue_circle: () => disc('#35618f'),
  white_large_square: () =>
    html`<rect x="3" y="3" width="14" height="14" rx="3" fill="#fff" stroke="#8b93a0" stroke-width="1.5" />`,
  lock: () =>
    group(stroke('M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9', '#7a5a00', 2), solid('M4.5 9h11v8h-11z', '#c98f00')),
  unlock: () =>
    group(stroke('M6.5 9V6a3.5 3.5 0 0 1 6.8-1', '#7a5a00', 2), solid('M4.5 9h11v8h-11z', '#c98f00')),
  key: () =>
    group(
      html`<circle cx="6.5" cy="10" r="3.2" fill="none" stroke="#a87700" stroke-width="2" />`,
      stroke('M9.7 10h7.8M14 10v3M17 10v2', '#a87700', 2),
    ),
  bell: () => solid(BELL, '#c98f00'),
  wave: () => stroke('M3 12c2-5 4-5 6-1s4 4 8-4', '#1f6f68', 2.2),
  tada: () =>
    group(solid('M3 17l4-10 6 6z', '#a5548a'), stroke('M12 6l1-3M14.5 9l3-1.5M11 9.5l5-5', '#c98f00', 1.8)),
}

const NAMES = new Map(Object.keys(DRAWINGS).map((name) => [EMOJI_NAMES[name].replace('\uFE0F', ''), name]))
// Without the variation selector these are ordinary text characters.
const TEXT_SIGNS = ['▶', '✔', '✖', 'ℹ', '☑', '➡']
const PATTERN = new RegExp(
  `(${[...NAMES.keys()].map((char) => (TEXT_SIGNS.includes(char) ? `${char}\uFE0F` : `${char}\uFE0F?`)).join('|')})`,
  'u',
)

export function Emoji({ name }) {
  const drawing = DRAWINGS[name]
  const label = name.replaceAll('_', ' ')
  if (!drawing)
    return html`<span class="emoji-char" role="img" aria-label=${label} title=${label}>${EMOJI_NAMES[name]}</span>`
  return html`<svg class="emoji" viewBox="0 0 20 20" role="img" aria-label=${label}><title>${label}</title>${drawing()}</svg>`
}

export function EmojiText({ text }) {
  if (!PATTERN.test(text)) return text
  return text
    .split(PATTERN)
    .map((part, index) =>
      index % 2 ? html`<${Emoji} name=${NAMES.get(part.replace('\uFE0F', ''))} />` : part,
    )
}
