import { sandbox } from '../api.js'
import { confirm } from '../confirm.js'
import { refresh } from '../live.js'
import { go } from '../place.js'
import { html, useState } from '../preact.js'

const QUESTION = {
  title: { type: 'plain_text', text: 'Start over?' },
  text: {
    type: 'plain_text',
    text: 'Messages, secrets, runs, commits, faults and the clock are reset. A bot started with “npm start” is reset too; a bot that you started separately needs a new database (DATABASE_URL).',
  },
  confirm: { type: 'plain_text', text: 'Start over' },
  deny: { type: 'plain_text', text: 'Keep everything' },
  style: 'danger',
}

/** Deletes everything that happened in the sandbox. */
export function StartOver() {
  const [problem, setProblem] = useState('')
  const startOver = async () => {
    if (!(await confirm(QUESTION))) return
    setProblem('')
    await sandbox.reset().catch((error) => setProblem(error.message))
    go({ in: '', thread: '' })
    refresh()
  }
  return html`<div class="start-over">
    <button type="button" class="button button-small button-quiet" data-testid="start-over" onClick=${startOver}>Start over</button>
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
  </div>`
}
