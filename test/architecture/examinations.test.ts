import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Examination } from '#doctor/examination'
import { EXAMINATIONS } from '#doctor/index'

const FOLDER = fileURLToPath(new URL('../../src/doctor', import.meta.url))

const isExamination = (value: unknown): value is Examination =>
  typeof value === 'object' && value !== null && 'id' in value && 'examine' in value

async function exportedBy(file: string): Promise<{ file: string; examination: Examination }[]> {
  const exports: Record<string, unknown> = await import(join(FOLDER, file))
  return Object.values(exports)
    .filter(isExamination)
    .map((examination) => ({ file, examination }))
}

const exported = (await Promise.all(readdirSync(FOLDER).map(exportedBy))).flat()

describe('an examination is one file and its line in the table', () => {
  it('is in the table', () => {
    expect(exported.length).toBeGreaterThan(20)
    expect(new Set(exported.map(({ examination }) => examination))).toEqual(new Set(EXAMINATIONS))
  })

  it('has an id of its own, which names its file', () => {
    expect(new Set(EXAMINATIONS.map(({ id }) => id)).size).toBe(EXAMINATIONS.length)
    for (const { file, examination } of exported) expect(basename(file)).toBe(`${examination.id}.ts`)
  })
})
