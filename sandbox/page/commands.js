export const COMMAND = '/rotation'

/**
 * Completions for the text before the caret. Pure.
 *
 * @param {string} text the whole text
 * @param {number} caret position in it
 * @param {{ name: string, realName: string }[]} people who can be mentioned
 * @param {{ name: string, usage: string, about: string }[]} subcommands what can follow `/rotation`
 * @returns {{ from: number, items: { insert: string, label: string, usage?: string, about: string }[] }}
 *   from: start of the completed word
 */
export function suggestionsFor(text, caret, people, subcommands) {
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
  return word === undefined ? NONE : matching(subcommands, caret - word.length, word)
}

const NONE = { from: 0, items: [] }

function matching(subcommands, from, word) {
  const items = subcommands
    .filter(({ name }) => name.startsWith(word) && name !== word)
    .map(({ name, usage, about }) => ({
      insert: usage ? `${name} ` : name,
      label: `${COMMAND} ${name}`,
      usage,
      about,
    }))
  return { from, items }
}

function mentions(from, word, people) {
  const items = people
    .filter(({ name }) => name.startsWith(word))
    .map(({ name, realName }) => ({ insert: `@${name} `, label: `@${name}`, about: realName }))
  return { from, items }
}
