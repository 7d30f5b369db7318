/** The id in what Slack makes of a typed @name (`should_escape`): `<@U123>` or `<@U123|name>`; null for anything else. */
export const parseMention = (word: string | undefined): string | null =>
  /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word ?? '')?.[1] ?? null

/** What to say to somebody whose @name Slack did not turn into a person. */
export const nobodyNamed = (word: string | undefined, example: string): string =>
  word
    ? `“${word.slice(0, 40)}” is nobody whom Slack knows by that name. Type @ and choose the person from the list, as in ${example}.`
    : `Nobody is named. Type @ and choose the person from the list, as in ${example}.`
