import { failureSentence, sandbox, slack } from '../api.js'
import { refresh, useResource } from '../live.js'
import { html, useState } from '../preact.js'

/** A switch for each fault. */
export function Faults() {
  const { data: faults = [] } = useResource('/faults', 'faults')
  const [problem, setProblem] = useState('')
  const on = faults.filter((fault) => fault.on).length
  const attempt = async (action) => {
    setProblem('')
    const result = await action().catch((error) => ({ ok: false, error: error.message }))
    if (result.ok === false) setProblem(failureSentence(result.error))
    refresh('faults')
  }
  return html`<details class="faults" data-testid="faults">
    <summary>
      <span>Faults</span>
      ${on > 0 ? html`<span class="badge badge-warn" data-testid="faults-on">${on} on</span>` : html`<span class="controls-note">all off</span>`}
    </summary>
    <div class="fault-list">
      ${faults.map(
        (fault) => html`<label key=${fault.id} class="switch">
          <input
            type="checkbox"
            role="switch"
            checked=${fault.on}
            data-testid=${`fault-${fault.id}`}
            onChange=${({ currentTarget }) => attempt(() => sandbox.setFault(fault.id, currentTarget.checked))}
          />
          <span>${fault.sentence}</span>
        </label>`,
      )}
      <p class="fault-actions">
        <button type="button" class="button button-small" data-testid="socket-disconnect" onClick=${() => attempt(() => slack.disconnect('refresh_requested'))}>
          Make the bot reconnect
        </button>
        <button type="button" class="button button-small" data-testid="socket-redeliver" onClick=${() => attempt(slack.redeliver)}>
          Deliver the last event again
        </button>
      </p>
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    </div>
  </details>`
}
