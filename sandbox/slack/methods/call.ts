import type { Dict } from '../json.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import type { SlackState } from '../state.ts'

/** One call of a Web API method: its arguments as they came in, strings where they were form-encoded. */
export interface Call {
  state: SlackState
  args: Dict
}

/** Carries out a call. The answer goes out with `ok: true`; a `SlackError` becomes `ok: false`. */
export type Method = (call: Call) => Dict

export function textArg(args: Dict, name: string): string | undefined {
  const value = args[name]
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'string' ? value : String(value)
}

export function requiredArg(args: Dict, name: string): string {
  const value = textArg(args, name)
  if (value === undefined) throw invalidArguments(`missing required field: ${name}`)
  return value
}

export const flagArg = (args: Dict, name: string): boolean =>
  ['1', 'true', true, 1].includes(args[name] as string)

/**
 * An argument that is JSON: already parsed in a JSON body, a string in a form.
 *
 * @param code what Slack answers when the string is no JSON
 */
export function jsonArg(args: Dict, name: string, code: string): unknown {
  const value = args[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    throw new SlackError(code)
  }
}

/** A page size: Slack's default when left out, `invalid_limit` when it is no number from 1 to `max`. */
export function limitArg(args: Dict, fallback: number, max: number): number {
  const text = textArg(args, 'limit')
  if (text === undefined || text === '0') return fallback
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw new SlackError('invalid_limit')
  return limit
}
