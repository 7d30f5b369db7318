import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Compose {
  services: Record<string, { volumes?: string[]; depends_on?: Record<string, unknown> }>
}

describe.each(['compose.yaml', 'compose.sandbox.yaml'])('%s', (name) => {
  const { services }: Compose = parse(readFileSync(join(ROOT, name), 'utf8'), { merge: true })

  it('mounts files that exist', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => (volume.startsWith('./') ? [volume.split(':')[0] ?? ''] : []))
    expect(mounted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('starts what each service waits for', () => {
    const waited = Object.values(services).flatMap((service) => Object.keys(service.depends_on ?? {}))
    expect(waited).toContain('postgres')
    expect(waited.filter((each) => !(each in services))).toEqual([])
  })
})
