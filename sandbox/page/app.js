import { Avatar } from './avatar.js'
import { Confirmations } from './confirm.js'
import { Conversation } from './conversation.js'
import { Home } from './home.js'
import { connected, useResource } from './live.js'
import { Modals } from './modal.js'
import { useSandboxClock } from './now.js'
import { OutsideWorld } from './outside/outside-world.js'
import { outsideOpen, sidebarOpen, WIDE_PX } from './pane-header.js'
import { HOME, place } from './place.js'
import { html, useEffect } from './preact.js'
import { Sidebar } from './sidebar.js'
import { Thread } from './thread.js'
import { WorkspaceContext } from './workspace.js'

/** The whole page. @param {{ people: { id: string, name: string, realName: string }[] }} props */
export function App({ people }) {
  const at = place.use()
  const me = people.find((person) => person.name === at.as) ?? people[0]
  const { data: workspace, error } = useResource(`/slack/workspace?user=${me.id}`, 'slack')
  const { data: views } = useResource(`/slack/views?user=${me.id}`, 'slack')
  useSandboxClock()
  const isOutside = outsideOpen.use()
  const isSidebar = sidebarOpen.use()
  const here = workspace && currentPlace(at.in, workspace)
  useTitle(workspace, here, me)

  if (!workspace) return html`<p class="starting" role="status">${error ?? 'Loading the workspace…'}</p>`
  const stack = views?.stack ?? []
  const isBehind = stack.length > 0
  const channel = here === HOME ? undefined : describe(here, workspace)
  return html`<${WorkspaceContext.Provider} value=${{ workspace, me }}>
    ${channel && html`<${SkipLink} />`}
    <${ConnectionState} />
    <div class=${`workspace ${isOutside ? 'with-outside' : ''}`}>
      <div class=${`middle ${channel && at.thread ? 'with-thread' : ''}`} inert=${isBehind || isSidebar}>
        ${channel ? html`<${Conversation} key=${`${me.id} ${channel.id}`} channel=${channel} />` : html`<${Home} key=${me.id} />`}
        ${channel && at.thread && html`<${Thread} key=${`${me.id} ${at.thread}`} channel=${channel} ts=${at.thread} />`}
      </div>
      <${Sidebar} here=${here} isBehind=${isBehind} />
      <${Scrim} />
      <${Modals} key=${me.id} user=${me.id} stack=${stack} />
      <${OutsideWorld} isOpen=${isOutside} />
    </div>
    <${Confirmations} />
  <//>`
}

/** The place in the address, if this person has it. Direct messages differ by person. */
function currentPlace(wanted, workspace) {
  if (wanted === HOME) return HOME
  const known = [...workspace.channels, ...workspace.dms].some(({ id }) => id === wanted)
  if (known) return wanted
  const ownDm = wanted.startsWith('D') ? workspace.dms[0]?.id : undefined
  return ownDm ?? workspace.channels[0].id
}

function describe(id, workspace) {
  const channel = workspace.channels.find((candidate) => candidate.id === id)
  if (channel) return { id, title: `#${channel.name}`, about: channel.topic, unread: channel.unread }
  const dm = workspace.dms.find((candidate) => candidate.id === id)
  const icon = html`<${Avatar} id=${dm.with.id} name=${dm.with.name} isBot size="small" />`
  return { id, title: dm.with.name, icon, about: 'Direct message, visible only to you', unread: dm.unread }
}

/** The title names the person, because two tabs can be two people. */
function useTitle(workspace, here, me) {
  useEffect(() => {
    if (!workspace) return
    const name = here === HOME ? 'Home' : describe(here, workspace).title
    const unread = [...workspace.channels, ...workspace.dms].reduce(
      (sum, { unread: count }) => sum + count,
      0,
    )
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${me.realName} · ${name} · ${workspace.team.name}`
  }, [workspace, here, me])
}

function ConnectionState() {
  if (connected.use()) return null
  return html`<p class="disconnected" role="alert">The sandbox does not respond. Reconnecting…</p>`
}

/** The first stop of the keyboard. */
function SkipLink() {
  const skip = (event) => {
    event.preventDefault()
    document.querySelector('[data-testid=composer]')?.focus()
  }
  return html`<nav aria-label="Skip"><a class="skip-link" href="#composer" onClick=${skip}>Skip to the message field</a></nav>`
}

/** Narrower windows show the systems over the conversation. */
const isDrawer = () => innerWidth < WIDE_PX

/** On narrow windows: a click elsewhere, or Escape, closes the open panel. */
function Scrim() {
  const isSidebar = sidebarOpen.use()
  const close = () => {
    sidebarOpen.set(false)
    outsideOpen.set(false)
  }
  useEffect(() => {
    const onKeyDown = (event) => {
      const isOpen = sidebarOpen.get() || (outsideOpen.get() && isDrawer())
      if (event.key === 'Escape' && !event.defaultPrevented && isOpen) close()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return html`<div class=${`scrim ${isSidebar ? 'over-sidebar' : ''}`} onClick=${close}></div>`
}
