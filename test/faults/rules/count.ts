/** What occurs more than once, with how often. */
export function repeated(names: string[]): [name: string, times: number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].filter(([, times]) => times > 1)
}
