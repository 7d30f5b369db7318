import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The one file that words dates. */
const DATES = 'views/times.ts'

/** Other ways to word one. `toLocaleString('en')` groups the digits of a number. */
const OTHER_WAYS = [
  /Intl\.DateTimeFormat/,
  /toLocale(?:Date|Time)String/,
  /toLocaleString\((?!'en'\))/,
  /to(?:Date|Time|UTC|GMT)String\(/,
  /toISOString/,
  /\.slice\((?:0, 1[069]|11)\b/,
  /<!date\^/,
]

it('dates are worded by views/times.ts alone, so that they have one form on every screen', () => {
  const found = globSync('views/**/*.ts', { cwd: ROOT })
    .filter((file) => file !== DATES)
    .flatMap((file) => {
      const text = readFileSync(`${ROOT}/${file}`, 'utf8')
      return OTHER_WAYS.filter((way) => way.test(text)).map((way) => `${file}: ${way}`)
    })
  expect(found).toEqual([])
})
