import { USER_GROUPS } from '#sandbox/demo-users'
import type { SlackState } from './state.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const KNOWN_USER = /&lt;@([A-Z0-9]+)(?:\|[^&]*)?&gt;/g
const LINK = /(?<![\w;])https?:\/\/[^\s<>|]+/g
const USER = /(?<![\w&;])@(\w+(?:[.-]\w+)*)/g
const CHANNEL = /(?<![\w&;])#(\w+(?:-\w+)*)/g

/**
 * Encodes typed text as Slack sends it: markup escaped, links in angle brackets, `@name`, `@group` and
 * `#channel` as references (for commands: `should_escape: true` in the manifest). Existing references stay.
 */
export function encodeTyped(state: SlackState, text: string): string {
  return escaped(text)
    .replace(LINK, '<$&>')
    .replace(USER, (typed, name: string) => userReference(state, name) ?? typed)
    .replace(CHANNEL, (typed, name: string) => channelReference(state, name) ?? typed)
    .replace(
      KNOWN_USER,
      (typed, id: string) => (state.users.get(id) ? userReference(state, id) : undefined) ?? typed,
    )
}

const BROADCASTS = ['here', 'channel', 'everyone']

function userReference(state: SlackState, name: string): string | undefined {
  if (BROADCASTS.includes(name)) return `<!${name}>`
  const user = state.users.all().find((each) => each.name === name || each.id === name)
  if (user) return `<@${user.id}|${user.name}>`
  const group = USER_GROUPS.find((each) => each.handle === name)
  return group ? `<!subteam^${group.id}|@${group.handle}>` : undefined
}

function channelReference(state: SlackState, name: string): string | undefined {
  const channel = state.conversations.all().find((each) => each.kind === 'channel' && each.name === name)
  return channel ? `<#${channel.id}|${channel.name}>` : undefined
}
