import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventoryCsv } from '#domain/tokens/inventory'

const csvOf = (owner: string) =>
  inventoryCsv([
    {
      name: 'flashfusion/staging/x',
      secret: {
        name: 'flashfusion/staging/x',
        tags: { owner },
        createdAt: '2026-11-23T09:02:00.000Z',
        deletedAt: null,
        versions: [],
      },
      problem: null,
    },
  ])

/** The cells as a spreadsheet reads them that separates by another character than the comma. */
const cellsBy = (separator: string, csv: string): string[] =>
  csv.split(/[\r\n]/).flatMap((line) => line.split(separator))

/** As a spreadsheet of the file's own kind reads them (RFC 4180). */
const cellsOf = (csv: string): string[] =>
  [...csv.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )

const isFormula = (cell: string): boolean => /^["\s\u200B\u2060]*[=+\-@＝＋－＠−]/.test(cell)

describe('the list of tokens as CSV', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '  =1+1',
    '＝1+1',
    '＠SUM(A1)',
    ';=1+1',
    'a;=1+1',
    'a;"=1+1',
    'a; =1+1',
    'a\t=1+1',
    'a\n=1+1',
    'a\r\n@x',
    'a|=1+1',
    '";=1+1',
    '"=1+1"',
    '\u200B=1+1',
  ])('has no formula in %j, whatever separates cells', (text) => {
    const csv = csvOf(text)
    for (const separator of [';', '\t', '|']) expect(cellsBy(separator, csv).filter(isFormula)).toEqual([])
    expect(cellsOf(csv).filter(isFormula)).toEqual([])
  })

  it('has none in any mixture', () => {
    const part = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '＝',
      ';',
      ',',
      '\t',
      '\r',
      '\n',
      '"',
      "'",
      ' ',
      'a',
      '1',
      '|',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        const csv = csvOf(parts.join(''))
        for (const separator of [';', '\t', '|'])
          expect(cellsBy(separator, csv).filter(isFormula)).toEqual([])
        expect(cellsOf(csv).filter(isFormula)).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('leaves other texts as they are', () => {
    const cell = cellsOf(csvOf('platform-team; on call, see "x"')).find((each) => each.startsWith('platform'))
    expect(cell).toBe('platform-team; on call, see "x"')
  })
})
