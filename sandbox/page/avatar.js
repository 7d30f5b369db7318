import { html } from './preact.js'

const COLORS = 6

function colorOf(id) {
  let sum = 0
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 997
  return sum % COLORS
}

const FIXED = { operator: 0, 'devops-lead': 1, 'ai-ops-owner': 2, bystander: 3 }

/** `On-call operator` → `OO`, `DevOps lead` → `DL`. */
const initials = (name) =>
  name
    .split(/[\s-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0].toUpperCase())
    .join('')

/** @param {{ id: string, name: string, handle?: string, isApp?: boolean, isBot?: boolean, size?: 'small' }} props */
export function Avatar({ id, name, handle, isApp, isBot, size }) {
  const kind = isBot ? 'bot' : isApp ? 'app' : (FIXED[handle] ?? colorOf(id))
  return html`<span class=${`avatar avatar-${kind} ${size ? `avatar-${size}` : ''}`} aria-hidden="true">
    ${isBot ? html`<${BotFace} />` : initials(name)}
  </span>`
}

const BotFace = () => html`<svg viewBox="0 0 32 32">
  <path
    d="M22.5 13a7 7 0 1 0 .3 5M23 8.5V13h-4.5"
    fill="none"
    stroke="currentColor"
    stroke-width="2.6"
    stroke-linecap="round"
    stroke-linejoin="round"
  />
</svg>`
