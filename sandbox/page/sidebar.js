import { Appearance } from './appearance.js'
import { Avatar } from './avatar.js'
import { BotState } from './bot-state.js'
import { guideHidden } from './guide.js'
import { HashIcon, HomeIcon } from './icons.js'
import { sidebarOpen } from './pane-header.js'
import { go, HOME } from './place.js'
import { html, useContext, useEffect, useRef } from './preact.js'
import { WorkspaceContext } from './workspace.js'

/**
 * People, channels, App Home and direct messages. @param {{ here: string, isBehind: boolean }} props
 * isBehind: a modal covers it
 */
export function Sidebar({ here, isBehind }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const isOpen = sidebarOpen.use()
  const aside = useRef(null)
  useFocusInside(aside, isOpen)
  const open = (where) => {
    sidebarOpen.set(false)
    go({ in: where, thread: '' })
  }
  return html`<nav ref=${aside} class=${`sidebar ${isOpen ? 'is-open' : ''}`} aria-label="Workspace" inert=${isBehind}>
    <header class="sidebar-head">
      <p class="team">${workspace.team.name}</p>
      <p class="team-note">Sandbox workspace</p>
    </header>
    <${People} people=${workspace.people} me=${me} />
    <div class="sidebar-scroll">
      <${Group} title="Channels">
        ${workspace.channels.map(
          (channel) => html`<${Entry}
            key=${channel.id}
            testId=${`channel-${channel.name}`}
            icon=${html`<${HashIcon} />`}
            label=${channel.name}
            unread=${channel.unread}
            isHere=${here === channel.id}
            onClick=${() => open(channel.id)}
          />`,
        )}
      <//>
      <${Group} title="Apps">
        <${Entry}
          testId="app-home"
          icon=${html`<${HomeIcon} />`}
          label=${`${workspace.bot.realName ?? workspace.bot.name} home`}
          isHere=${here === HOME}
          onClick=${() => open(HOME)}
        />
      <//>
      <${Group} title="Direct messages">
        ${workspace.dms.length === 0 && html`<p class="sidebar-empty">None yet. The bot sends you direct messages here.</p>`}
        ${workspace.dms.map(
          (dm) => html`<${Entry}
            key=${dm.id}
            testId=${`dm-${dm.with.name}`}
            icon=${html`<${Avatar} id=${dm.with.id} name=${dm.with.name} isBot=${dm.with.id !== me.id} size="tiny" />`}
            label=${dm.with.name}
            unread=${dm.unread}
            isHere=${here === dm.id}
            onClick=${() => open(dm.id)}
          />`,
        )}
      <//>
    </div>
    <${Foot} />
  </nav>`
}

/** The open panel takes the focus; the button that opened it gets it back. */
function useFocusInside(panel, isOpen) {
  useEffect(() => {
    if (!isOpen) return undefined
    panel.current.querySelector('button')?.focus()
    // After the conversation is no longer inert.
    return () => setTimeout(() => document.querySelector('[data-testid=sidebar-toggle]')?.focus())
  }, [isOpen])
}

function People({ people, me }) {
  const become = (name) => {
    sidebarOpen.set(false)
    go({ as: name })
  }
  return html`<section class="people" aria-label="Acting as">
    <h2 class="sidebar-title">Acting as</h2>
    <div class="people-list">
      ${people.map(
        (person) => html`<button
          key=${person.id}
          type="button"
          class="person"
          data-testid=${`person-${person.name}`}
          aria-pressed=${String(person.id === me.id)}
          onClick=${() => become(person.name)}
        >
          <${Avatar} id=${person.id} name=${person.realName} handle=${person.name} size="small" />
          <span class="person-name">${person.realName}</span>
        </button>`,
      )}
    </div>
  </section>`
}

const Group = ({ title, children }) =>
  html`<section class="sidebar-group"><h2 class="sidebar-title">${title}</h2>${children}</section>`

const Entry = ({ testId, icon, label, unread = 0, isHere, onClick }) => html`<button
  type="button"
  class=${`entry ${unread > 0 ? 'is-unread' : ''}`}
  data-testid=${testId}
  aria-current=${isHere ? 'page' : undefined}
  onClick=${onClick}
>
  <span class="entry-icon">${icon}</span><span class="entry-label">${label}</span>
  ${unread > 0 && html`<span class="badge" data-testid=${`${testId}-unread`}>${unread}<span class="sr-only"> unread</span></span>`}
</button>`

/** What is below the places: settings of the page, and the bot. */
function Foot() {
  const isGuideHidden = guideHidden.use()
  return html`<footer class="sidebar-foot">
    ${isGuideHidden && html`<button type="button" class="button button-small button-quiet" data-testid="show-guide" onClick=${() => guideHidden.set(false)}>Show the guide</button>`}
    <${Appearance} />
    <${BotState} />
  </footer>`
}
