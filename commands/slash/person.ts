/** The id in an @name that Slack escaped (`should_escape`): `<@U123>` or `<@U123|name>`; null for anything else. */
export const parseMention = (word: string | undefined): string | null =>
  /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word ?? '')?.[1] ?? null

/** The answer when Slack did not recognize an @name. */
export const nobodyNamed = (word: string | undefined, example: string): string =>
  word
    ? `“${word.slice(0, 40)}” is not a person in this workspace. Type @ and choose the person from the list, as in ${example}.`
    : `No person given. Type @ and choose the person from the list, as in ${example}.`
