const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/

/**
 * The moment that a tag names, in milliseconds since 1970; NaN when it is not ISO 8601 with its offset. A date alone is its
 * midnight in UTC. `Date.parse` would take `ticket 12` for a date, and one without an offset for the bot's own zone.
 */
export const parseInstant = (text: string): number => (ISO_8601.test(text) ? Date.parse(text) : Number.NaN)
