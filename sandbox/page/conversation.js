import { slack } from './api.js'
import { Composer } from './composer.js'
import { Guide } from './guide.js'
import { useResource } from './live.js'
import { Message } from './message.js'
import { clockOffset } from './now.js'
import { PaneHeader } from './pane-header.js'
import { go, place } from './place.js'
import { html, useContext, useEffect, useLayoutEffect, useRef, useState } from './preact.js'
import { dateOfTs, dayDistance, dayLabel, MINUTE } from './time.js'
import { WorkspaceContext } from './workspace.js'

/** Distance to the end, in pixels, within which the list keeps following new messages. */
const AT_END_PX = 60
const FOLLOW_UP_WITHIN = 5 * MINUTE

/**
 * A channel or a direct message. The field comes first for the keyboard, and last for the eye.
 *
 * @param {{ channel: { id: string, title: string, icon: object, about: string, unread: number } }} props
 */
export function Conversation({ channel }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const { data, error } = useResource(`/slack/conversation?user=${me.id}&channel=${channel.id}`, 'slack')
  useMarkRead(me.id, channel)
  const messages = data?.messages ?? []
  return html`<main class="pane" data-testid="conversation">
    <${PaneHeader} icon=${channel.icon} title=${channel.title} about=${channel.about} />
    <div class="pane-foot">
      <${Composer} key=${channel.id} channel=${channel.id} label=${`Message ${channel.title}`} testId="composer" />
      ${channel.id === workspace.channels[0].id && html`<${Guide} stack=${[]} />`}
    </div>
    <${MessageList} messages=${messages} me=${me.id} channel=${channel.id} isThere=${Boolean(data)} />
    ${error && html`<p class="pane-error" role="alert">${error}</p>`}
  </main>`
}

/** Marks messages as read while the conversation is open in a visible tab. */
function useMarkRead(user, channel) {
  useEffect(() => {
    const mark = () => {
      if (channel.unread > 0 && document.visibilityState === 'visible')
        slack.markRead(user, channel.id).catch(() => undefined)
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [user, channel.id, channel.unread])
}

function MessageList({ messages, me, channel, isThere }) {
  const list = useRef(null)
  const [below, setBelow] = useState(0)
  const atEnd = useRef(true)
  const seen = useRef(0)
  const toEnd = () => {
    list.current.scrollTop = list.current.scrollHeight
    setBelow(0)
  }

  useKeepAtEnd(list, atEnd)
  useLayoutEffect(() => {
    const added = messages.length - seen.current
    seen.current = messages.length
    // The reader waits for these: own messages and ephemeral answers.
    const mine = added > 0 && messages.slice(-added).some(({ user, ephemeral }) => user === me || ephemeral)
    if (atEnd.current || mine) toEnd()
    else if (added > 0) setBelow((count) => count + added)
  }, [messages])

  const { message: target } = place.use()
  const isTargetThere = messages.some(({ ts }) => ts === target)
  useEffect(() => {
    if (!isTargetThere) return
    atEnd.current = false
    list.current.querySelector(`[data-ts="${CSS.escape(target)}"]`).scrollIntoView({ block: 'center' })
  }, [target, isTargetThere])

  const onScroll = () => {
    const { scrollHeight, scrollTop, clientHeight } = list.current
    atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX
    if (atEnd.current && below) setBelow(0)
  }
  return html`<div class="messages-frame">
    <div class="messages" ref=${list} onScroll=${onScroll} role="log" aria-label="Messages" tabindex="0">
      <div class="messages-inner">
        ${isThere && messages.length === 0 && html`<p class="empty">No messages yet.</p>`}
        <${Messages} messages=${messages} channel=${channel} />
      </div>
    </div>
    ${below > 0 && html`<button type="button" class="new-below" onClick=${toEnd}>${below} new ${below === 1 ? 'message' : 'messages'} ↓</button>`}
  </div>`
}

/** A growing card or a new hint must not hide the newest message. */
function useKeepAtEnd(list, atEnd) {
  useEffect(() => {
    const keep = new ResizeObserver(() => {
      if (atEnd.current) list.current.scrollTop = list.current.scrollHeight
    })
    keep.observe(list.current)
    keep.observe(list.current.firstElementChild)
    return () => keep.disconnect()
  }, [])
}

/** Messages with day dividers; also used by the thread. */
export function Messages({ messages, channel, inThread }) {
  const now = new Date(Date.now() + clockOffset())
  return messages.flatMap((message, index) => {
    const before = messages[index - 1]
    const date = dateOfTs(message.ts)
    const isNewDay = !inThread && (!before || dayDistance(date, dateOfTs(before.ts)) !== 0)
    const drawn = html`<${Message}
      key=${message.ts}
      message=${message}
      channel=${channel}
      isFollowUp=${!isNewDay && isFollowUp(message, before)}
      onOpenThread=${inThread ? undefined : () => go({ thread: message.thread_ts ?? message.ts })}
    />`
    return isNewDay
      ? [html`<${DayDivider} key=${`day-${message.ts}`} label=${dayLabel(date, now)} />`, drawn]
      : [drawn]
  })
}

const DayDivider = ({ label }) => html`<p class="day-divider"><span>${label}</span></p>`

function isFollowUp(message, before) {
  // Cards always show their author.
  if (!before || before.ephemeral || message.ephemeral || message.blocks?.length) return false
  const sameAuthor =
    before.user === message.user && before.bot_id === message.bot_id && before.username === message.username
  const apart = dateOfTs(message.ts).getTime() - dateOfTs(before.ts).getTime()
  return sameAuthor && apart < FOLLOW_UP_WITHIN
}
