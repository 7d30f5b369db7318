import { answerByUrl } from '../respond.ts'
import { sendTimeline } from '../slash/timeline.ts'
import type { ButtonHandler } from './button.ts'

/** `show-timeline` in a card's menu: the timeline as a file, to the person alone. */
export const showTimeline: ButtonHandler = ({ value: label, user, responseUrl }, context) =>
  sendTimeline(context, { label, user }, async (message) => {
    if (responseUrl) await answerByUrl(responseUrl, { response_type: 'ephemeral', ...message })
  })
