import type { ModalView } from '@slack/types'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import { runbookNames } from '#read-models/runbook-names'
import { FORGED_ANSWERS, forgedForm } from '#test/support/forged-view'
import { eventually, everyOption, type View, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STEP = 'automation-health'
const TICKED = ['last-run', 'notification']

describe('what a person confirms', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({
      configure: (config) => ({ ...config, channel: 'C0FLASHFUSIONAI' }),
    })
    await start(workspace.operator)
  })
  afterAll(() => workspace.close())

  const completions = () =>
    workspace.bot.context.db
      .selectFrom('steps')
      .select(['completedBy', 'attestationsJson', 'sentencesJson'])
      .where('step', '=', STEP)
      .execute()

  const show = async (view: ModalView): Promise<View> => {
    const { trigger_id = '' } = (await workspace.operator.type('/rotation help')) as { trigger_id?: string }
    const opened = await workspace.bot.context.slack.views.open({ trigger_id, view })
    return eventually(
      async () => (await workspace.operator.views()).find((each) => each.id === opened.view?.id),
      'the modal',
    )
  }

  const submitForged = async (digest: string, attest: string[]): Promise<Record<string, string>> => {
    const form = await show(forgedForm(STEP, { rotation: 'R1', digest }))
    const { errors = {} } = await workspace.operator.submit(form, { ...FORGED_ANSWERS, attest })
    for (const view of (await workspace.operator.views()).toReversed()) await workspace.operator.close(view)
    return errors
  }

  it('is refused with an id that the step does not ask for, or in words that have changed', async () => {
    const current = attestationsDigest(attestationsOf(STEP, runbookNames(workspace.bot.context)))
    expect((await submitForged(current, [...TICKED, 'ticket'])).attest).toContain('does not ask for "ticket"')
    expect((await submitForged('d'.repeat(64), TICKED)).attest).toContain('because the configuration changed')
    expect(await completions()).toMatchObject([{ completedBy: null, attestationsJson: '[]' }])
  }, 30_000)

  it('names what the config names, and is kept as it was shown', async () => {
    const { operator } = workspace
    const sentence = 'Verify webhook/notification to Slack C0FLASHFUSIONAI for rotation completion.'
    await openStep(operator, 'R1', STEP)
    const view = await checkedStep(operator, STEP)
    expect(wordsOf(view)).toContain('Verify webhook/notification to Slack C0FLASHFUSIONAI')
    const { errors } = await operator.submit(view, { attest: everyOption(view, 'attest') })
    expect(errors).toBeUndefined()
    const [row] = await completions()
    // Their checks passed, so nobody was asked.
    expect(JSON.parse(row?.attestationsJson ?? '')).toEqual([])
    expect(JSON.parse(row?.sentencesJson ?? '')).toMatchObject({ notification: sentence })
    const event = await workspace.bot.context.db
      .selectFrom('events')
      .select('dataJson')
      .where('type', '=', 'step-completed')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(event.dataJson).sentences.notification).toBe(sentence)
  }, 30_000)
})
