import { randomUUID } from 'node:crypto'
import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt'
import type { KnownBlock } from '@slack/types'
import { SlackError } from '@slack/web-api'
import { DatabaseBusy } from '#db/busy'
import { findNames } from '#db/queries/people'
import { wordOthersConnected } from '#domain/ports/present-bots'
import { Refusal } from '#domain/rotation/refusal'
import { NotReadable } from '#domain/tokens/secret'
import { describeSlackError } from '#integrations/slack/slack-errors'
import { redact } from '#redaction/error-text'
import type { Context } from '#src/context'
import { messageModal } from '#views/message-modal'
import { wordRefusal } from '#views/refusal'
import { localTimes } from '#views/times'

type Middleware = AnyMiddlewareArgs & AllMiddlewareArgs

/** Who sent an interaction, and where an ephemeral answer can go. */
interface Sender {
  userId: string
  name: string | null
  channelId: string | null
  /** Slack's `response_url`, which also works in channels without the bot; absent for clicks in a modal. */
  responseUrl: string | null
  /** Set when an answer can be opened on top of a modal. */
  modalTrigger: string | null
}

/**
 * The one place that turns a refusal into a sentence for the person. An unexpected error becomes a sentence with a
 * reference that is also in the log, never a stack trace.
 */
export const answerFailures =
  (context: Context) =>
  async ({ next, body }: Middleware): Promise<void> => {
    const sender = senderOf(body)
    try {
      await next()
    } catch (error) {
      const sentence = await explain(context, error)
      if (sender) await sendAnswer(context, sender, sentence)
    }
  }

/** The sentence for a refusal, or one with a reference for an unexpected error, which is logged. */
export async function explain(context: Context, error: unknown): Promise<string> {
  if (error instanceof Refusal) return explainRefusal(context, error)
  // It may not be read either; no name is in this sentence.
  if (error instanceof DatabaseBusy) return wordRefusal(new Refusal('database-busy', {}), (id) => id)
  if (error instanceof NotReadable)
    return `That did not work: ${redact(error.message)}. Nothing was changed; try again.`
  if (error instanceof SlackError)
    return `${describeSlackError(error).problem}. Your request may have been done: check the card before you try again.`
  const reference = randomUUID().slice(0, 8)
  context.log.error({ error, reference }, 'an action failed')
  return `An internal error occurred, so this may or may not have been done: check the card before you try again. The bot’s log has the details under ${reference}.`
}

async function explainRefusal({ db, integrity }: Context, refusal: Refusal): Promise<string> {
  const sentence = wordRefusal(refusal, await findNames(db))
  const mayBeElsewhere = refusal.code === 'unknown-rotation' && integrity.othersConnected
  return mayBeElsewhere ? `${sentence} ${wordOthersConnected()}` : sentence
}

const ANSWER_MS = 10_000

/** Answers a command or click where it came from, also in channels without the bot. */
export async function answerByUrl(
  url: string,
  message: { response_type: 'ephemeral' | 'in_channel'; text: string; blocks?: KnownBlock[] },
): Promise<void> {
  const body = JSON.stringify({ replace_original: false, ...message })
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  if (!answer.ok) throw new NotReadable(`Slack did not take the answer (${answer.status})`)
}

async function sendAnswer(context: Context, sender: Sender, text: string): Promise<void> {
  if (sender.modalTrigger) {
    const view = messageModal('Not possible', text)
    await context.slack.views.push({ trigger_id: sender.modalTrigger, view })
  } else if (sender.responseUrl) {
    await answerByUrl(sender.responseUrl, { response_type: 'ephemeral', text: localTimes(text) })
  } else {
    await context.slack.chat.postEphemeral({
      channel: sender.channelId ?? context.channelId,
      user: sender.userId,
      text: localTimes(text),
    })
  }
}

function senderOf(body: AnyMiddlewareArgs['body']): Sender | null {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const object = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const fields = object(body)
  const user = object(fields.user)
  const userId = text(fields.user_id) ?? text(user.id)
  if (!userId) return null
  const inModal = object(fields.view).type === 'modal' && fields.type === 'block_actions'
  return {
    userId,
    name: text(fields.user_name) ?? text(user.name),
    channelId: text(fields.channel_id) ?? text(object(fields.channel).id),
    responseUrl: text(fields.response_url),
    modalTrigger: inModal ? text(fields.trigger_id) : null,
  }
}
