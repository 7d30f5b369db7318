import type { View } from '@slack/types'
import { LIMITS } from '#sandbox/slack/blocks/limits'
import { problemLine, validateMessageBlocks, validateView } from '#sandbox/slack/blocks/validate'
import type { Message } from '#views/blocks'

/*
 * Finds what Slack refuses, and what it accepts but must not reach people: commands, code fences and text
 * directions from untrusted text.
 */

interface Text {
  type: 'mrkdwn' | 'plain_text'
  text: string
  verbatim?: boolean
}

export function textsIn(value: unknown): Text[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  const { type, text, verbatim } = value as Record<string, unknown>
  if ((type === 'mrkdwn' || type === 'plain_text') && typeof text === 'string')
    return [{ type, text, verbatim: verbatim === true }]
  return Object.values(value).flatMap(textsIn)
}

/** Markup of our own views: dates, mentions and links, and quoted lines. */
const OUR_MARKUP =
  /<(?:!date\^\d+\^[^|<>]+\|[^|<>]+|!subteam\^[A-Z0-9]+|@[A-Z0-9]+|https?:\/\/[^\s|<>]+\|[^|<>]+)>/g

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Dates are Slack's in mrkdwn, and ISO 8601 in plain text. */
const ISO_DATE = /\b\d{4}-\d{2}-\d{2}\b/
const OTHER_DATE =
  /\b(?:\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b/

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

function textProblems({ type, text, verbatim }: Text): string[] {
  const rest = type === 'mrkdwn' ? text.replace(OUR_MARKUP, '').replace(/^> /gm, '') : text
  const problems: string[] = []
  // Slack turns a non-verbatim @channel into a mention.
  if (type === 'mrkdwn' && !verbatim) problems.push('is not verbatim')
  if (/[<>]/.test(rest)) problems.push('has an angle bracket that is not ours')
  if (type === 'mrkdwn' && /&(?!amp;|lt;|gt;)/.test(rest)) problems.push('has a bare or cut entity')
  if (type === 'mrkdwn' && count(text, /```/g) % 2 !== 0) problems.push('leaves code open')
  if (LONE_SURROGATE.test(text)) problems.push('has half a character')
  if (/[\u202A-\u202E\u2066\u2067]/.test(text)) problems.push('turns the reading direction')
  if (OTHER_DATE.test(rest.replace(/`[^`]*`/g, ''))) problems.push('writes a date in another form')
  if (type === 'mrkdwn' && ISO_DATE.test(rest.replace(/`[^`]*`/g, '')))
    problems.push('writes a date that is not in the reader’s zone')
  for (const line of text.split('\n'))
    if (count(line, /\u2068/g) !== count(line, /\u2069/g)) problems.push('leaves an isolate open')
  return problems.map((problem) => `${problem}: ${text.slice(0, 60)}`)
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Problems of a message; empty when it may be posted and edited. */
export function messageProblems({ text, blocks }: Message): string[] {
  return [
    ...validateMessageBlocks(blocks).map(problemLine),
    ...textsIn(blocks).flatMap(textProblems),
    ...textProblems({ type: 'mrkdwn', text, verbatim: true }),
    ...(text === '' ? ['has no text'] : []),
    ...(text.length > LIMITS.updatedText ? [`text of ${text.length} characters`] : []),
    ...(bytes(blocks) > LIMITS.messageBlocksJson ? [`blocks of ${bytes(blocks)} bytes`] : []),
    ...primaryProblems(blocks),
  ]
}

/** Problems of a modal or home view; empty when it may be opened. */
export function viewProblems(view: View): string[] {
  const type = view.type === 'home' ? 'home' : 'modal'
  return [
    ...validateView(view, type).map(problemLine),
    ...textsIn(view).flatMap(textProblems),
    ...(bytes(view) > LIMITS.viewBytes ? [`view of ${bytes(view)} bytes`] : []),
    ...primaryProblems(view.blocks),
  ]
}

function primaryProblems(blocks: unknown): string[] {
  const primaries = JSON.stringify(blocks).match(/"style":"primary"/g) ?? []
  return primaries.length > 1 ? [`${primaries.length} primary buttons`] : []
}
