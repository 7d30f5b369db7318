import { LogLevel, WebClient } from '@slack/web-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateScreens } from '#integrations/slack/validate-screens'
import { CREDENTIALS } from '#sandbox/demo-users'
import { startWorkspace, type Workspace } from '#test/sandbox/slack/workspace'
import { modal, section } from '#views/blocks'

const RIGHT = { name: 'right', view: modal('right', 'Right', [section('text')]) }

describe('the views that Slack is asked about', () => {
  let slack: Workspace
  let web: WebClient
  beforeAll(async () => {
    slack = await startWorkspace()
    web = new WebClient(CREDENTIALS.slackBotToken, {
      slackApiUrl: `${slack.url}/slack/api/`,
      logLevel: LogLevel.ERROR,
      retryConfig: { retries: 0 },
    })
  })
  afterAll(() => slack.stop())

  it('are named with place and reason where Slack would refuse them, and are shown to nobody', async () => {
    const wrong = { name: 'wrong', view: { ...modal('wrong', 'Wrong', [section('a'.repeat(3_001))]) } }
    const message = { name: 'long', message: { blocks: Array.from({ length: 51 }, () => section('a')) } }
    expect(await validateScreens(web, [RIGHT, wrong, message])).toEqual({
      screens: 3,
      problems: [
        { screen: 'wrong', problem: 'must be less than 3001 characters at /blocks/0/text/text' },
        { screen: 'long', problem: 'no more than 50 items allowed at /blocks' },
      ],
    })
  })

  it('are skipped where Slack does not have the method', async () => {
    slack.world.faults.set('slack-older-blocks', true)
    expect(await validateScreens(web, [RIGHT])).toBeNull()
    slack.world.faults.set('slack-older-blocks', false)
  })

  it('are not readable while Slack is in trouble', async () => {
    slack.world.faults.set('slack-unavailable', true)
    await expect(validateScreens(web, [RIGHT])).rejects.toThrow('Whether Slack takes the bot’s views')
    slack.world.faults.set('slack-unavailable', false)
  })
})
