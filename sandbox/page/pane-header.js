import { MenuIcon, PanelIcon } from './icons.js'
import { createFlag } from './place.js'
import { html, useContext } from './preact.js'
import { createSignal } from './signal.js'
import { WorkspaceContext } from './workspace.js'

/** From this width on, there are three columns. */
export const WIDE_PX = 1200

/** Whether the outside world is shown: as a column, or as a drawer on narrow windows. */
export const outsideOpen = createFlag('outside-open', innerWidth >= WIDE_PX)

/** Whether the sidebar is shown over the conversation, which only narrow windows need. */
export const sidebarOpen = createSignal(false)
matchMedia('(min-width: 760px)').addEventListener('change', () => sidebarOpen.set(false))

/** Header of the middle column, with buttons for hidden panels. */
export function PaneHeader({ icon, title, about }) {
  const { me } = useContext(WorkspaceContext)
  const isOpen = outsideOpen.use()
  return html`<header class="pane-header">
    <button type="button" class="icon-button only-narrow" aria-label="Show channels" data-testid="sidebar-toggle" onClick=${() => sidebarOpen.set(true)}>
      <${MenuIcon} />
    </button>
    <h1 class="pane-title">${icon}<span>${title}</span></h1>
    <p class="pane-me" data-testid="acting-as">as ${me.realName}</p>
    <p class="pane-about">${about}</p>
    <button
      type="button"
      class="panel-toggle"
      aria-label="Outside world"
      aria-expanded=${String(isOpen)}
      hidden=${isOpen}
      aria-controls="outside"
      data-testid="outside-toggle"
      onClick=${() => outsideOpen.set(true)}
    >
      <${PanelIcon} /> <span>Outside world</span>
    </button>
  </header>`
}
