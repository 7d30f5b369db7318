/** A measured figure and its target. */
export interface Result {
  name: string
  measured: string
  target: string
  met: boolean
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** The duration of a call in milliseconds. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** The results as a Markdown table. */
export function table(results: Result[]): string {
  const head = ['', 'measured', 'target', '']
  const rows = results.map(({ name, measured, target, met }) => [
    name,
    measured,
    target,
    met ? 'met' : 'MISSED',
  ])
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), '---'.length),
  )
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** The value below which this share of the values lies. @param share from 0 to 1 */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** A ratio with the two figures that it is made of. */
export function ratioResult(
  name: string,
  {
    ours,
    bare,
    ratio,
    unit,
    most,
  }: { ours: number; bare: number; ratio?: number; unit: string; most: number },
): Result {
  const measured = ratio ?? ours / bare
  const digits = Math.min(ours, bare) < 10 ? 1 : 0
  return {
    name: `${name}: ${ours.toFixed(digits)} ${unit} against ${bare.toFixed(digits)} ${unit}`,
    measured: `${measured.toFixed(2)}×`,
    target: `≤ ${most}×`,
    met: measured <= most,
  }
}

/** What could not be measured counts as missed. */
export const missing = (name: string, why: string, target: string): Result => ({
  ...{ name, target },
  ...{ measured: why, met: false },
})
