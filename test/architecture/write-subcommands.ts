import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SUBCOMMANDS } from '#commands/slash/index'

/*
 * Writes the table of subcommands into README.md and manifest.yml: `npm run write-subcommands`.
 * test/architecture/subcommands.test.ts fails while they differ.
 */

const ROW = /^(\| `\/rotation .*\n)+/m
const HINT = /^( *usage_hint: ).*$/m

/** A document that holds the table, and the function that brings it up to date. */
const DOCUMENTS = { 'README.md': updateReadme, 'manifest.yml': updateManifest } as const

/** Each document as it is and as it should be. */
export function compareDocuments(): { path: string; present: string; updated: string }[] {
  return Object.entries(DOCUMENTS).map(([path, update]) => {
    const present = readFileSync(pathOf(path), 'utf8')
    return { path, present, updated: update(present) }
  })
}

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

function updateReadme(text: string): string {
  const rows = SUBCOMMANDS.map(({ usage, does }) => `| \`/rotation ${usage}\` | ${does} |\n`)
  return replaceOnce(text, ROW, () => rows.join(''))
}

/** Slack shows the hint in one line, so optional arguments are left out. */
function updateManifest(text: string): string {
  const hint = SUBCOMMANDS.map(({ usage }) => usage.replace(/ ?\[.*?\]/g, '')).join(' | ')
  return replaceOnce(text, HINT, (_, start) => `${start}${hint}`)
}

function replaceOnce(text: string, pattern: RegExp, replace: (match: string, start: string) => string) {
  if (!pattern.test(text)) throw new Error(`a document no longer has ${pattern}`)
  return text.replace(pattern, replace)
}

if (import.meta.main) for (const { path, updated } of compareDocuments()) writeFileSync(pathOf(path), updated)
