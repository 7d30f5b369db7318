/** Lines of a log that are quoted at most, and characters of each. */
export const MOST_LINES = 20
export const LONGEST_LINE = 300

/** The time before each line of a GitHub log. */
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with the escape character
const COLOURS = /\u001B\[[\d;]*[A-Za-z]/g
const ERROR = '##[error]'

/**
 * The lines of a job's log that lead to its end: those up to its last error, or the last ones where it names none. What a
 * runner does afterwards, and the marks of groups, are left out.
 */
export function failingLines(log: string): string[] {
  const lines = log
    .split(/\r?\n/)
    .map((line) => line.replace(TIME, '').replace(COLOURS, ''))
    .filter((line) => line.trim() !== '' && !/^##\[(?:end)?group\]/.test(line))
  const last = lines.findLastIndex((line) => line.startsWith(ERROR))
  return lines
    .slice(0, last < 0 ? lines.length : last + 1)
    .slice(-MOST_LINES)
    .map((line) => line.replace(ERROR, 'Error: ').replace('Error: Error: ', 'Error: '))
}
