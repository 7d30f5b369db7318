/** A JSON object whose keys are not known in advance. */
export type Dict = Record<string, unknown>

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const asDict = (value: unknown): Dict => (isDict(value) ? value : {})

export const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Only the dictionaries of a list: what is no object is left out. */
export const dictsIn = (value: unknown): Dict[] => asArray(value).filter(isDict)
