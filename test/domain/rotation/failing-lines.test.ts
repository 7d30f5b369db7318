import { describe, expect, it } from 'vitest'
import { failingLines, MOST_LINES } from '#domain/rotation/failing-lines'

const at = (line: string): string => `2026-11-28T10:00:00.1234567Z ${line}`
const log = (...lines: string[]): string => `${lines.map(at).join('\n')}\n`

describe('the failing lines of a log', () => {
  it('end with the last error, without times, colours, groups and what the runner does afterwards', () => {
    const text = log(
      '##[group]Run ./rotate.sh',
      '##[endgroup]',
      '\u001B[36;1mrotating evaluator\u001B[0m',
      '',
      '##[error]the issuer did not answer',
      '##[error]Process completed with exit code 1.',
      'Post job cleanup.',
      'Cleaning up orphan processes',
    )
    expect(failingLines(text)).toEqual([
      'rotating evaluator',
      'Error: the issuer did not answer',
      'Error: Process completed with exit code 1.',
    ])
  })

  it('are the last ones where the log names no error', () => {
    expect(failingLines(log('one', 'two'))).toEqual(['one', 'two'])
  })

  it('are at most twenty, those before the error', () => {
    const many = Array.from({ length: 500 }, (_, index) => `line ${index}`)
    const lines = failingLines(log(...many, '##[error]Process completed with exit code 2.', 'after'))
    expect(lines).toHaveLength(MOST_LINES)
    expect(lines.at(0)).toBe('line 481')
    expect(lines.at(-1)).toBe('Error: Process completed with exit code 2.')
  })

  it('are none in an empty log', () => {
    expect(failingLines('')).toEqual([])
  })
})
