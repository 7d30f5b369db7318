import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const FOLDER = fileURLToPath(new URL('../../docs/prometheus', import.meta.url))

const promtool = (...args: string[]): string =>
  execFileSync('promtool', args, { cwd: FOLDER, encoding: 'utf8' })

it('Prometheus accepts the example alerts', () => {
  expect(promtool('check', 'rules', 'alerts.yml')).toContain('SUCCESS')
})

it('the example alerts fire when they should', () => {
  expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS')
})
