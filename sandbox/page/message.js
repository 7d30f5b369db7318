import { Attachment } from './attachment.js'
import { Avatar } from './avatar.js'
import { Blocks } from './block-kit/blocks.js'
import { useSurface } from './block-kit/surface.js'
import { Mrkdwn } from './block-kit/text.js'
import { EyeIcon } from './icons.js'
import { useNow } from './now.js'
import { place } from './place.js'
import { html, useContext } from './preact.js'
import { dateOfTs, dayAndTime, fullDate, timeOfDay, timeWithSeconds } from './time.js'
import { WorkspaceContext } from './workspace.js'

function authorOf(message, workspace) {
  const person = workspace.people.find(({ id }) => id === message.user)
  if (person && !message.is_bot)
    return { id: person.id, name: person.realName, handle: person.name, isApp: false, isBot: false }
  const { bot } = workspace
  const name = message.username ?? bot.realName
  const isBot = message.user === bot.userId || message.bot_id === bot.botId
  return { id: message.user ?? message.bot_id ?? name, name, isApp: true, isBot }
}

/**
 * @param {{ message: object, channel: string, isFollowUp?: boolean, onOpenThread?: () => void }} props
 *   isFollowUp: same author as the message above, so the name is not repeated
 */
export function Message({ message, channel, isFollowUp, onOpenThread }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const author = authorOf(message, workspace)
  const date = dateOfTs(message.ts)
  const when = `${fullDate(date)}, ${timeWithSeconds(date)}`
  const isTarget = place.use().message === message.ts
  const classes = [
    'message',
    isFollowUp && 'is-follow-up',
    message.ephemeral && 'is-ephemeral',
    isTarget && 'is-target',
  ]
    .filter(Boolean)
    .join(' ')
  return html`<article class=${classes} data-testid="message" data-ts=${message.ts} aria-label=${`${author.name}, ${timeOfDay(date)}`}>
    <div class="message-side">
      ${
        isFollowUp
          ? html`<time class="side-time" title=${when}>${timeOfDay(date)}</time>`
          : html`<${Avatar} ...${author} />`
      }
    </div>
    <div class="message-main">
      ${message.ephemeral && html`<p class="only-you"><${EyeIcon} /> Only visible to you</p>`}
      ${
        !isFollowUp &&
        html`<p class="message-head">
        <span class="author">${author.name}</span>
        ${author.isApp && html`<span class="app-badge">APP</span>`}
        <time class="message-time" title=${when} datetime=${date.toISOString()}>${timeOfDay(date)}</time>
      </p>`
      }
      <${Content} message=${message} channel=${channel} user=${me.id} />
      ${message.files?.map((file) => html`<${Attachment} key=${file.id} file=${file} />`)}
      ${onOpenThread && message.reply_count > 0 && html`<${ThreadSummary} message=${message} onOpen=${onOpenThread} />`}
      ${onOpenThread && !message.ephemeral && html`<button type="button" class="reply-button" onClick=${onOpenThread}>Reply in thread</button>`}
    </div>
  </article>`
}

function Content({ message, channel, user }) {
  const blocks = message.blocks ?? []
  const surface = useSurface({ user, container: { type: 'message', channel, ts: message.ts }, blocks })
  const edited = message.edited && html`<span class="edited">(edited)</span>`
  if (blocks.length > 0) return html`<${Blocks} surface=${surface} blocks=${blocks} />${edited}`
  return message.text
    ? html`<div class="message-text"><${Mrkdwn} text=${message.text} />${edited}</div>`
    : null
}

function ThreadSummary({ message, onOpen }) {
  const { workspace } = useContext(WorkspaceContext)
  const now = useNow()
  const last = message.latest_reply && dayAndTime(dateOfTs(message.latest_reply), now)
  return html`<button type="button" class="thread-summary" data-testid="thread-summary" onClick=${onOpen}>
    <span class="faces">
      ${(message.reply_users ?? []).slice(0, 4).map((id) => {
        const author = authorOf(
          { user: id, is_bot: !workspace.people.some((person) => person.id === id) },
          workspace,
        )
        return html`<${Avatar} key=${id} ...${author} size="tiny" />`
      })}
    </span>
    <strong>${message.reply_count} ${message.reply_count === 1 ? 'reply' : 'replies'}</strong>
    ${last && html`<span class="last-reply">last reply ${last}</span>`}
  </button>`
}
