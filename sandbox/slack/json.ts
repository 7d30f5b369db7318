export type Dict = Record<string, unknown>

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const asDict = (value: unknown): Dict => (isDict(value) ? value : {})

export const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The objects in a list; other values are dropped. */
export const dictsIn = (value: unknown): Dict[] => asArray(value).filter(isDict)
