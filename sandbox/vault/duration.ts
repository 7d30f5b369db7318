const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }

/** Seconds of a duration as Vault takes it: a number, or text such as `90s` and `1h30m`; undefined when it is none. */
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

/** A duration as Go writes it: `0s`, `90s` as `1m30s`, an hour as `1h0m0s`. */
export function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return [hours && `${hours}h`, (hours || minutes) && `${minutes}m`, `${seconds % 60}s`]
    .filter(Boolean)
    .join('')
}
