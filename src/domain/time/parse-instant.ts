const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/

/** ISO 8601 with offset as ms since 1970, else NaN. `Date.parse` would accept `ticket 12`. */
export const parseInstant = (text: string): number => (ISO_8601.test(text) ? Date.parse(text) : Number.NaN)
