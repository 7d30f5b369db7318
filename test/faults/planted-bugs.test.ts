import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { BUGS } from './bugs.ts'
import { patched } from './planted-bugs.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the planted bugs', () => {
  it.each(BUGS.map((bug) => [bug.name, bug] as const))('“%s” can still be planted', (_, bug) => {
    const texts = new Map(bug.patches.map(({ file }) => [file, readFileSync(`${ROOT}${file}`, 'utf8')]))
    for (const patch of bug.patches) texts.set(patch.file, patched(texts.get(patch.file) ?? '', patch))
    for (const { before } of bug.faults) expect(bug.acts[before]).toBeDefined()
  })

  it('says what to do when the code has changed', () => {
    expect(() =>
      patched('some other code', { file: 'src/a.ts', find: 'code that was', replace: '' }),
    ).toThrow(
      'src/a.ts has 0 times the text that is to be replaced: code that was. Update test/faults/bugs.ts.',
    )
  })
})
