import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '#startup/health/metrics'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const metrics = await createMetrics().registry.getMetricsAsJSON()
const names = metrics.flatMap(({ name, type }) =>
  String(type) === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
)

const namesIn = (text: string): string[] => text.match(/\b(?:rotation|process|nodejs)_\w+/g) ?? []
const unknownIn = (expressions: string[]): string[] =>
  expressions.flatMap(namesIn).filter((name) => !names.includes(name))

const alerts: { groups: { rules: { expr: string }[] }[] } = parse(read('docs/prometheus/alerts.yml'))
const dashboard: { panels: { targets: { expr: string }[] }[] } = JSON.parse(
  read('docs/grafana/rotation-bot.json'),
)

describe('the names of metrics', () => {
  it('in the example alerts exist', () => {
    const expressions = alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))
    expect(expressions.flatMap(namesIn).length).toBeGreaterThan(5)
    expect(unknownIn(expressions)).toEqual([])
  })

  it('in the dashboard exist', () => {
    const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    expect(expressions.flatMap(namesIn).length).toBeGreaterThan(10)
    expect(unknownIn(expressions)).toEqual([])
  })

  it('are all in docs/metrics.md, and only they', () => {
    const documented = read('docs/metrics.md').match(/^\| `(rotation_\w+)`/gm) ?? []
    const own = metrics.map(({ name }) => name).filter((name) => name.startsWith('rotation_'))
    expect(documented.map((row) => row.slice(3, -1)).sort()).toEqual(own.sort())
  })

  it('would be missed if they did not exist', () => {
    expect(unknownIn(['rate(rotation_nothing_total[5m])'])).toEqual(['rotation_nothing_total'])
  })
})
