import { readFileSync } from 'node:fs'

/** The Node options of `npm start`. */
export function startOptions(): string[] {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: { start: string } }
  return scripts.start.split(' ').filter((word) => word.startsWith('--'))
}
