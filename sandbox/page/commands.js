/** Completions after `/rotation`. */
export const COMMAND = '/rotation'

export const SUBCOMMANDS = [
  { name: 'start', usage: '', about: 'Start a rotation' },
  { name: 'status', usage: '', about: 'Token ages, due dates and open rotations' },
  { name: 'show', usage: 'R42', about: 'Show one rotation' },
  { name: 'history', usage: '[n]', about: 'List the last finished rotations' },
  { name: 'revocations', usage: '', about: 'List old versions that are not revoked yet' },
  { name: 'incident', usage: '', about: 'Start an emergency rotation' },
  { name: 'handoff', usage: '@user [R42]', about: 'Hand a rotation over to another owner' },
  {
    name: 'delegate',
    usage: '@user until YYYY-MM-DD',
    about: 'Let someone sign on your behalf until a date',
  },
  { name: 'doctor', usage: '', about: 'Check the setup and suggest fixes' },
  { name: 'abort', usage: 'R42', about: 'Abort a rotation' },
  { name: 'help', usage: '', about: 'List all commands' },
]

/**
 * Completions for the text before the caret. Pure.
 *
 * @param {string} text the whole text
 * @param {number} caret position in it
 * @param {{ name: string, realName: string }[]} people who can be mentioned
 * @returns {{ from: number, items: { insert: string, label: string, usage?: string, about: string }[] }}
 *   from: start of the completed word
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
