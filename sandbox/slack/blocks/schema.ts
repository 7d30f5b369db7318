import { type Dict, isDict } from '../json.ts'

/** An error in a payload, with its place as an RFC 6901 pointer. */
export interface Problem {
  message: string
  pointer: string
}

/** Validates a value with Slack's wording; an empty list means valid. */
export type Check = (value: unknown, pointer: string) => Problem[]

export interface Optional {
  optional: Check
}

export type Fields = Record<string, Check | Optional>

const one = (message: string, pointer: string): Problem[] => [{ message, pointer }]

/** Slack counts characters, not UTF-16 units: an emoji is one. */
export const lengthOf = (text: string): number => [...text].length

export const optional = (check: Check): Optional => ({ optional: check })

export function string(limits: { min?: number; max?: number; pattern?: RegExp } = {}): Check {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = limits
  return (value, pointer) => {
    if (typeof value !== 'string') return one('must provide a string', pointer)
    const length = lengthOf(value)
    if (length < min) return one(`must be more than ${min - 1} characters`, pointer)
    if (length > max) return one(`must be less than ${max + 1} characters`, pointer)
    return pattern && !pattern.test(value) ? one('must match the required format', pointer) : []
  }
}

export function oneOf(...allowed: string[]): Check {
  return (value, pointer) => {
    if (typeof value !== 'string') return one('must provide a string', pointer)
    return allowed.includes(value) ? [] : one('must be a valid enum value', pointer)
  }
}

export const boolean: Check = (value, pointer) =>
  typeof value === 'boolean' ? [] : one('must provide a boolean', pointer)

export const number: Check = (value, pointer) =>
  typeof value === 'number' ? [] : one('must provide a number', pointer)

export function integer(min = Number.MIN_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value, pointer) => {
    if (!Number.isInteger(value)) return one('must provide an integer', pointer)
    const number = value as number
    if (number < min) return one(`must be greater than ${min - 1}`, pointer)
    return number > max ? one(`must be less than ${max + 1}`, pointer) : []
  }
}

export function array(item: Check, limits: { min?: number; max?: number } = {}): Check {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits
  return (value, pointer) => {
    if (!Array.isArray(value)) return one('must provide an array', pointer)
    if (value.length < min) return one(`must provide at least ${min} items`, pointer)
    const tooMany = value.length > max ? one(`no more than ${max} items allowed`, pointer) : []
    return [...tooMany, ...value.flatMap((each, index) => item(each, `${pointer}/${index}`))]
  }
}

/** An object with exactly these fields; Slack refuses unknown ones. */
export function object(fields: Fields): Check {
  return (value, pointer) => {
    if (!isDict(value)) return one('must provide an object', pointer)
    const unknown = Object.keys(value)
      .filter((key) => !Object.hasOwn(fields, key))
      .flatMap((key) => one(`invalid additional property: ${key}`, pointer))
    return [
      ...unknown,
      ...Object.entries(fields).flatMap(([key, field]) => checkField(value, key, field, pointer)),
    ]
  }
}

function checkField(value: Dict, key: string, field: Check | Optional, pointer: string): Problem[] {
  const present = value[key] !== undefined && value[key] !== null
  if (typeof field === 'function') {
    return present ? field(value[key], `${pointer}/${key}`) : one(`missing required field: ${key}`, pointer)
  }
  return present ? field.optional(value[key], `${pointer}/${key}`) : []
}

/** Selects the check by the value's `type`. */
export function byType(checks: Record<string, Check>): Check {
  return (value, pointer) => {
    if (!isDict(value)) return one('must provide an object', pointer)
    if (value.type === undefined) return one('missing required field: type', pointer)
    const check =
      typeof value.type === 'string' && Object.hasOwn(checks, value.type) ? checks[value.type] : undefined
    return check ? check(value, pointer) : one(`unsupported type: ${String(value.type)}`, `${pointer}/type`)
  }
}

/** A rule on a whole object, applied only when its fields are valid. */
export type Rule = (value: Dict, pointer: string) => Problem[]

export function withRules(shape: Check, ...rules: Rule[]): Check {
  return (value, pointer) => {
    const problems = shape(value, pointer)
    if (problems.length > 0 || !isDict(value)) return problems
    return rules.flatMap((rule) => rule(value, pointer))
  }
}

/** The problem `message` when `broken` is true. */
export function rule(broken: (value: Dict) => boolean, message: string, at = ''): Rule {
  return (value, pointer) => (broken(value) ? one(message, `${pointer}${at}`) : [])
}
