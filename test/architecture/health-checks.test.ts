import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { HealthCheck } from '#doctor/health-check'
import { HEALTH_CHECKS } from '#doctor/index'

const FOLDER = fileURLToPath(new URL('../../src/doctor', import.meta.url))

const isHealthCheck = (value: unknown): value is HealthCheck =>
  typeof value === 'object' && value !== null && 'id' in value && 'run' in value

async function exportedBy(file: string): Promise<{ file: string; healthCheck: HealthCheck }[]> {
  const exports: Record<string, unknown> = await import(join(FOLDER, file))
  return Object.values(exports)
    .filter(isHealthCheck)
    .map((healthCheck) => ({ file, healthCheck }))
}

const exported = (await Promise.all(readdirSync(FOLDER).map(exportedBy))).flat()

describe('an healthCheck is one file and its line in the table', () => {
  it('is in the table', () => {
    expect(exported.length).toBeGreaterThan(20)
    expect(new Set(exported.map(({ healthCheck }) => healthCheck))).toEqual(new Set(HEALTH_CHECKS))
  })

  it('has an id of its own, which names its file', () => {
    expect(new Set(HEALTH_CHECKS.map(({ id }) => id)).size).toBe(HEALTH_CHECKS.length)
    for (const { file, healthCheck } of exported) expect(basename(file)).toBe(`${healthCheck.id}.ts`)
  })
})
