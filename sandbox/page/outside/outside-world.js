import { CloseIcon } from '../icons.js'
import { outsideOpen } from '../pane-header.js'
import { hash } from '../place.js'
import { html, useEffect } from '../preact.js'
import { createSignal } from '../signal.js'
import { Ci } from './ci.js'
import { Clock } from './clock.js'
import { Deployments } from './deployments.js'
import { Faults } from './faults.js'
import { Pager } from './pager.js'
import { Repository } from './repository.js'
import { Secrets } from './secrets.js'
import { StartOver } from './start-over.js'
import { Telemetry } from './telemetry.js'

/** A new system needs a line here and a file. */
const TABS = [
  { id: 'secrets', label: 'Secrets', Panel: Secrets },
  { id: 'ci', label: 'CI', Panel: Ci },
  { id: 'deployments', label: 'Deployments', Panel: Deployments },
  { id: 'repository', label: 'Repository', Panel: Repository },
  { id: 'pager', label: 'Pager', Panel: Pager },
  { id: 'telemetry', label: 'Telemetry', Panel: Telemetry },
]

/** Kept when the page is rendered for another person. */
const chosenTab = createSignal('secrets')

const STEPS = { ArrowRight: 1, ArrowLeft: -1 }

/** The simulated systems, and the controls below them. */
export function OutsideWorld({ isOpen }) {
  const to = hash.use()
  const tab = chosenTab.use()
  useEffect(() => {
    if (!tabOf(to)) return
    chosenTab.set(tabOf(to))
    outsideOpen.set(true)
  }, [to])

  const onKeyDown = (event) => {
    if (!STEPS[event.key]) return
    const index = TABS.findIndex(({ id }) => id === tab)
    const next = TABS[(index + STEPS[event.key] + TABS.length) % TABS.length]
    chosenTab.set(next.id)
    event.currentTarget.querySelector(`#tab-${next.id}`).focus()
  }
  const { Panel } = TABS.find(({ id }) => id === tab)
  return html`<aside class="outside" id="outside" hidden=${!isOpen} aria-label="Outside world">
    <header class="outside-head">
      <h2>Outside world</h2>
      <button type="button" class="icon-button" aria-label="Hide the outside world" title="Hide" onClick=${() => outsideOpen.set(false)}>
        <${CloseIcon} />
      </button>
    </header>
    <div class="tabs" role="tablist" aria-label="Systems" onKeyDown=${onKeyDown}>
      ${TABS.map(
        ({ id, label }) => html`<button
          key=${id}
          type="button"
          role="tab"
          id=${`tab-${id}`}
          data-testid=${`tab-${id}`}
          aria-selected=${String(id === tab)}
          aria-controls="outside-panel"
          tabindex=${id === tab ? 0 : -1}
          onClick=${() => chosenTab.set(id)}
        >
          ${label}
        </button>`,
      )}
    </div>
    <div class="outside-panel" id="outside-panel" role="tabpanel" aria-labelledby=${`tab-${tab}`} data-testid=${`panel-${tab}`} tabindex="0">
      <${Panel} key=${tab} to=${partOf(to, tab)} />
    </div>
    <div class="controls">
      <${Clock} />
      <${Faults} />
      <${StartOver} />
    </div>
  </aside>`
}

const tabOf = (to) => TABS.find(({ id }) => new RegExp(`^#${id}(/|$)`).test(to))?.id

/** The part of a hash inside a tab: `12` of `#ci/12`. */
const partOf = (to, tab) => (tabOf(to) === tab ? decodeURIComponent(to.slice(tab.length + 2)) : '')
