const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }

/** Parses a Vault duration into seconds: a number, `90s`, `1h30m`; undefined when invalid. */
export function parseSeconds(given: unknown): number | undefined {
  if (typeof given === 'number') return given
  if (typeof given !== 'string') return undefined
  if (/^\d+$/.test(given)) return Number(given)
  if (!/^(\d+[hms])+$/.test(given)) return undefined
  return [...given.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}

/** Go's format: `0s`, `1m30s`, `1h0m0s`. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return [hours && `${hours}h`, (hours || minutes) && `${minutes}m`, `${seconds % 60}s`]
    .filter(Boolean)
    .join('')
}
