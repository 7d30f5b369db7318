const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/

/**
 * Milliseconds since 1970 for an ISO 8601 date or time with offset, else NaN. Stricter than `Date.parse`,
 * which accepts `ticket 12` and takes a time without offset as local.
 */
export const parseInstant = (text: string): number => (ISO_8601.test(text) ? Date.parse(text) : Number.NaN)
