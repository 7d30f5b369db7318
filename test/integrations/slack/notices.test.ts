import { describe, expect, it } from 'vitest'
import { postingObstacle } from '#integrations/slack/notices'

const CHANNEL = { name: 'flashfusion-ai', is_member: true, is_archived: false }
const SCOPES = ['channels:history', 'chat:write']

describe('what keeps the bot from posting', () => {
  it('is nothing in a channel that it is in', () => {
    expect(postingObstacle(CHANNEL, SCOPES)).toBeNull()
    expect(postingObstacle(CHANNEL, null)).toBeNull()
  })

  it.each([
    [{ is_member: false }, SCOPES, 'the bot is not in #flashfusion-ai; invite it'],
    [{ is_archived: true, is_member: false }, SCOPES, 'is archived'],
    [{ is_read_only: true }, SCOPES, 'does not allow the bot to post'],
    [{ is_thread_only: true }, SCOPES, 'does not allow the bot to post'],
    [{}, ['channels:history'], 'lacks the scope chat:write'],
  ])('is said of %j with %j', (parts, scopes, words) => {
    expect(postingObstacle({ ...CHANNEL, ...parts }, scopes)).toContain(words)
  })

  it('is that the bot is not in a channel of which Slack tells nothing', () => {
    expect(postingObstacle({}, null)).toContain('not in the channel')
  })
})
