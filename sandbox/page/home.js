import { slack } from './api.js'
import { Avatar } from './avatar.js'
import { Blocks } from './block-kit/blocks.js'
import { useSurface } from './block-kit/surface.js'
import { useResource } from './live.js'
import { PaneHeader } from './pane-header.js'
import { html, useContext, useEffect } from './preact.js'
import { WorkspaceContext } from './workspace.js'

/** The bot's App Home. Opening it sends the event, as in Slack. */
export function Home() {
  const { workspace, me } = useContext(WorkspaceContext)
  const { data } = useResource(`/slack/home?user=${me.id}`, 'slack')
  useEffect(() => {
    slack.openHome(me.id).catch(() => undefined)
  }, [me.id])
  const { bot } = workspace
  return html`<main class="pane" data-testid="home">
    <${PaneHeader} icon=${html`<${Avatar} id=${bot.userId} name=${bot.name} isBot size="small" />`} title=${bot.realName ?? bot.name} about="Home" />
    <div class="pane-scroll">
      ${
        data?.view
          ? html`<${HomeView} key=${data.view.id} user=${me.id} view=${data.view} />`
          : data && html`<p class="empty">The bot has published nothing here for you yet.</p>`
      }
    </div>
  </main>`
}

function HomeView({ user, view }) {
  const surface = useSurface({ user, container: { type: 'view', view_id: view.id }, blocks: view.blocks })
  return html`<div class="home-view"><${Blocks} surface=${surface} blocks=${view.blocks} /></div>`
}
