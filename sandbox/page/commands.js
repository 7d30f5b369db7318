/** What the composer completes after `/rotation`. A new subcommand is a new line. */
export const COMMAND = '/rotation'

export const SUBCOMMANDS = [
  { name: 'start', usage: '', about: 'Begin a rotation' },
  { name: 'status', usage: '', about: 'Age of every token, what is due, what is open' },
  { name: 'show', usage: 'R42', about: 'One rotation, with its card' },
  { name: 'history', usage: '[n]', about: 'The newest finished rotations' },
  { name: 'revocations', usage: '', about: 'Old versions that are still to be revoked' },
  { name: 'incident', usage: '', about: 'Begin an emergency rotation' },
  { name: 'handoff', usage: '@user [R42]', about: 'Give a rotation to another owner' },
  { name: 'delegate', usage: '@user until YYYY-MM-DD', about: 'Let somebody sign in your place for a while' },
  { name: 'doctor', usage: '', about: 'Whether everything that the bot needs works' },
  { name: 'abort', usage: 'R42', about: 'End a rotation that should not go on' },
  { name: 'help', usage: '', about: 'Everything that can be typed' },
]

/**
 * What could complete the text before the caret. Pure.
 *
 * @param {string} text all of it
 * @param {number} caret position in it
 * @param {{ name: string, realName: string }[]} people who can be mentioned
 * @returns {{ from: number, items: { insert: string, label: string, usage?: string, about: string }[] }}
 *   from: where the completed word begins
 */
export function suggestionsFor(text, caret, people) {
  const before = text.slice(0, caret)
  const mention = /(?:^|\s)@([\w-]*)$/.exec(before)
  if (mention) return mentions(caret - mention[1].length - 1, mention[1], people)
  if (/\s/.test(before) && !before.startsWith(`${COMMAND} `)) return NONE
  if (before.startsWith('/') && COMMAND.startsWith(before) && before !== COMMAND) {
    return {
      from: 0,
      items: [{ insert: `${COMMAND} `, label: COMMAND, about: 'Capability token rotations' }],
    }
  }
  const word = new RegExp(`^${COMMAND} +(\\S*)$`).exec(before)?.[1]
  return word === undefined ? NONE : subcommands(caret - word.length, word)
}

const NONE = { from: 0, items: [] }

function subcommands(from, word) {
  const items = SUBCOMMANDS.filter(({ name }) => name.startsWith(word) && name !== word).map(
    ({ name, usage, about }) => ({
      insert: usage ? `${name} ` : name,
      label: `${COMMAND} ${name}`,
      usage,
      about,
    }),
  )
  return { from, items }
}

function mentions(from, word, people) {
  const items = people
    .filter(({ name }) => name.startsWith(word))
    .map(({ name, realName }) => ({ insert: `@${name} `, label: `@${name}`, about: realName }))
  return { from, items }
}
