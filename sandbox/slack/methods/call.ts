import type { Dict } from '../json.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import type { SlackState } from '../state.ts'

/** A call of a Web API method. Form-encoded arguments are strings. */
export interface Call {
  state: SlackState
  args: Dict
}

/** Executes a call. The answer is sent with `ok: true`, a `SlackError` with `ok: false`. */
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
 * A JSON argument: parsed in a JSON body, a string in a form.
 *
 * @param code Slack's error code for invalid JSON
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

/** A page size; Slack's default when absent. @throws SlackError `invalid_limit` outside 1 to `max` */
export function limitArg(args: Dict, fallback: number, max: number): number {
  const text = textArg(args, 'limit')
  if (text === undefined || text === '0') return fallback
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw new SlackError('invalid_limit')
  return limit
}
