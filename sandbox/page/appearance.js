import { html } from './preact.js'
import { createSignal } from './signal.js'

const KEY = 'appearance'
const CHOICES = [
  { id: '', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
]

const chosen = createSignal(localStorage.getItem(KEY) ?? '')

/** Shows the page as the person has chosen; without a choice the system decides. Call before anything is drawn. */
export function applyAppearance() {
  document.documentElement.dataset.appearance = chosen.get()
}

/** Chooses between light and dark. */
export function Appearance() {
  const value = chosen.use()
  const choose = ({ currentTarget }) => {
    localStorage.setItem(KEY, currentTarget.value)
    chosen.set(currentTarget.value)
    applyAppearance()
  }
  return html`<label class="appearance">
    <span>Appearance</span>
    <select data-testid="appearance" value=${value} onChange=${choose}>
      ${CHOICES.map(({ id, label }) => html`<option key=${id} value=${id}>${label}</option>`)}
    </select>
  </label>`
}
