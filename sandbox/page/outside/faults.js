import { failureSentence, sandbox, slack } from '../api.js'
import { refresh, useResource } from '../live.js'
import { html, useState } from '../preact.js'

/** A switch for each fault: five to begin with, then all by group, with a search. */
export function Faults() {
  const { data: faults = [] } = useResource('/faults', 'faults')
  const [wanted, setWanted] = useState('')
  const [problem, setProblem] = useState('')
  const on = faults.filter((fault) => fault.on).length
  const attempt = async (action) => {
    setProblem('')
    const result = await action().catch((error) => ({ ok: false, error: error.message }))
    if (result.ok === false) setProblem(failureSentence(result.error))
    refresh('faults')
  }
  const found = faults.filter(matching(wanted))
  return html`<details class="faults" data-testid="faults">
    <summary>
      <span>Faults</span>
      ${on > 0 ? html`<span class="badge badge-warn" data-testid="faults-on">${on} on</span>` : html`<span class="controls-note">all off</span>`}
    </summary>
    <div class="fault-list">
      <input
        type="search"
        class="field fault-search"
        aria-label="Search the faults"
        placeholder=${`Search ${faults.length} faults`}
        data-testid="fault-search"
        value=${wanted}
        onInput=${({ currentTarget }) => setWanted(currentTarget.value)}
      />
      <p class="sr-only" role="status">${wanted && `${found.length} faults found`}</p>
      ${
        wanted
          ? html`<${Found} faults=${found} attempt=${attempt} />`
          : html`<${Browse} faults=${faults} attempt=${attempt} />`
      }
      <p class="fault-actions">
        ${
          on > 0 &&
          html`<button type="button" class="button button-small" data-testid="faults-off" onClick=${() => attempt(() => switchOff(faults))}>
            Switch all off
          </button>`
        }
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

/** Every word of the search is in the fault's sentence, group or id. */
function matching(wanted) {
  const words = wanted.toLowerCase().split(/\s+/)
  return ({ id, group, sentence }) => {
    const text = `${id} ${group} ${sentence}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

async function switchOff(faults) {
  for (const { id } of faults.filter((fault) => fault.on)) await sandbox.setFault(id, false)
  return { ok: true }
}

function Found({ faults, attempt }) {
  if (faults.length === 0) return html`<p class="controls-note">No fault has these words.</p>`
  return faults.map((fault) => html`<${Switch} key=${fault.id} fault=${fault} attempt=${attempt} />`)
}

/** A featured fault is shown once, above the groups. */
function Browse({ faults, attempt }) {
  const groups = Map.groupBy(
    faults.filter(({ isFeatured }) => !isFeatured),
    ({ group }) => group,
  )
  return html`${faults
    .filter(({ isFeatured }) => isFeatured)
    .map((fault) => html`<${Switch} key=${fault.id} fault=${fault} attempt=${attempt} />`)}
  ${[...groups].map(
    ([group, members]) => html`<${Group} key=${group} name=${group} members=${members} attempt=${attempt} />`,
  )}`
}

function Group({ name, members, attempt }) {
  const on = members.filter((fault) => fault.on).length
  return html`<details class="fault-group" data-testid="fault-group">
    <summary>
      <span>${name}</span>
      <span class=${on > 0 ? 'badge badge-warn' : 'controls-note'}>${on > 0 ? `${on} on` : members.length}</span>
    </summary>
    ${members.map((fault) => html`<${Switch} key=${fault.id} fault=${fault} attempt=${attempt} />`)}
  </details>`
}

const Switch = ({ fault, attempt }) => html`<label class="switch">
  <input
    type="checkbox"
    role="switch"
    checked=${fault.on}
    data-testid=${`fault-${fault.id}`}
    onChange=${({ currentTarget }) => attempt(() => sandbox.setFault(fault.id, currentTarget.checked))}
  />
  <span>${fault.sentence}</span>
</label>`
