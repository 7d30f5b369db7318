import { Composer } from './composer.js'
import { Messages } from './conversation.js'
import { BackIcon, CloseIcon } from './icons.js'
import { useResource } from './live.js'
import { go } from './place.js'
import { html, useContext, useEffect, useRef } from './preact.js'
import { WorkspaceContext } from './workspace.js'

/** A message with its replies, beside or over the conversation. */
export function Thread({ channel, ts }) {
  const { me } = useContext(WorkspaceContext)
  const { data, error } = useResource(`/slack/thread?user=${me.id}&channel=${channel.id}&ts=${ts}`, 'slack')
  const [parent, ...replies] = data?.messages ?? []
  const list = useRef(null)
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [replies.length])
  const close = () => go({ thread: '' })
  return html`<aside class="thread" data-testid="thread" aria-label="Thread">
    <header class="pane-header">
      <button type="button" class="icon-button thread-back" aria-label="Back to the conversation" onClick=${close}><${BackIcon} /></button>
      <h2 class="pane-title">Thread</h2>
      <p class="pane-about">${channel.title}</p>
      <button type="button" class="icon-button thread-close" aria-label="Close the thread" data-testid="thread-close" onClick=${close}><${CloseIcon} /></button>
    </header>
    <div class="messages" ref=${list} role="log" aria-label="Replies" tabindex="0">
      <div class="messages-inner">
        ${error && html`<p class="pane-error" role="alert">${error}</p>`}
        ${parent && html`<${Messages} messages=${[parent]} channel=${channel.id} inThread />`}
        ${parent && html`<p class="day-divider"><span>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</span></p>`}
        <${Messages} messages=${replies} channel=${channel.id} inThread />
      </div>
    </div>
    <div class="pane-foot">
      <${Composer} key=${ts} channel=${channel.id} threadTs=${ts} label="Reply in this thread" testId="thread-composer" />
    </div>
  </aside>`
}
