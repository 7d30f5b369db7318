import { PlainText, Text } from './block-kit/text.js'
import { Question } from './dialog.js'
import { html } from './preact.js'
import { createSignal } from './signal.js'

const question = createSignal(undefined)

/**
 * Asks for confirmation.
 *
 * @param {object} what a Block Kit confirmation: title, text, confirm, deny, style
 * @returns {Promise<boolean>}
 */
export function confirm(what) {
  return new Promise((resolve) => question.set({ what, resolve }))
}

/** Container for confirmations; rendered once. */
export function Confirmations() {
  const asked = question.use()
  if (!asked) return null
  const { what, resolve } = asked
  const answer = (yes) => {
    question.set(undefined)
    resolve(yes)
  }
  const style = what.style === 'danger' ? 'button-danger' : 'button-primary'
  return html`<${Question} className="confirm" role="alertdialog" aria-labelledby="confirm-title" onClose=${() => answer(false)}>
    <h2 id="confirm-title"><${PlainText} text=${what.title.text} /></h2>
    <div class="dialog-body" tabindex="-1"><${Text} object=${what.text} /></div>
    <footer class="dialog-footer">
      <button type="button" class="button" data-testid="confirm-deny" onClick=${() => answer(false)}>
        <${PlainText} text=${what.deny?.text ?? 'Cancel'} />
      </button>
      <button type="button" class=${`button ${style}`} data-default data-testid="confirm-ok" onClick=${() => answer(true)}>
        <${PlainText} text=${what.confirm?.text ?? 'Yes'} />
      </button>
    </footer>
  <//>`
}
