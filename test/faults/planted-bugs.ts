import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pMap from 'p-map'
import type { Bug, Patch } from './bug.ts'
import { BUGS_OF_INTERACTIONS } from './bugs-of-interactions.ts'
import { BUGS_OF_JOBS } from './bugs-of-jobs.ts'
import { openLane } from './lane.ts'
import { runPlans } from './lanes.ts'
import type { Plan } from './plan.ts'
import { say } from './report.ts'
import { type RunResult, runPlan } from './run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Not part of what a run needs, or linked. */
const NOT_COPIED = ['node_modules', '.git', 'data']

interface PlantOptions {
  lanes: number
  report(result: RunResult): void
}

/** One mistake for each promise that the oracle watches. */
export const BUGS: Bug[] = [...BUGS_OF_INTERACTIONS, ...BUGS_OF_JOBS]

const planOf = ({ name, acts, faults }: Bug): Plan => ({ name, seed: null, story: 'directed', acts, faults })

/**
 * Carries out each bug's plan with the bot as it is, which must break no rule, and with the bug, which must break a rule that
 * concerns it.
 *
 * @param words part of the names of the bugs
 * @returns the exit code: 1 when a bug was not caught
 */
export async function plantAll(words: string, { lanes, report }: PlantOptions): Promise<number> {
  const bugs = BUGS.filter(({ name }) => name.includes(words))
  say('without the bugs:')
  const sound = await runPlans(bugs.map(planOf), { lanes, report })
  const red = sound.filter(({ violations }) => violations.length > 0).map(({ plan }) => plan.name)
  say('with the bugs:')
  const rows = await pMap(bugs, (bug) => plant(bug, red.includes(bug.name)), { concurrency: lanes })
  say(table([['bug', 'rule that saw it', 'what it said'], ...rows.map(({ cells }) => cells)]))
  const caught = rows.filter(({ isCaught }) => isCaught).length
  say(`${caught} of ${bugs.length} bugs caught`)
  return caught < bugs.length ? 1 : 0
}

async function plant(bug: Bug, isRedWithout: boolean): Promise<{ cells: string[]; isCaught: boolean }> {
  const sees = ({ violations }: RunResult) => violations.find(({ rule }) => bug.rules.includes(rule))
  const { violations, seen, ms } = await inBrokenCopy(bug, async (folder) => {
    const first = await runOnce(bug, folder)
    // On a machine that is too busy, times say nothing.
    const result = sees(first) ? first : await runOnce(bug, folder)
    return { ...result, seen: sees(result) }
  })
  const others = violations.map(({ rule }) => rule).join(', ')
  say(`${seen ? '✓' : '✗'} ${bug.name} (${(ms / 1_000).toFixed(1)} s)`)
  if (isRedWithout) return { cells: [bug.name, '–', 'its plan breaks a rule without it'], isCaught: false }
  if (!seen) return { cells: [bug.name, '–', `not seen; ${others || 'nothing'} was`], isCaught: false }
  return { cells: [bug.name, seen.rule, seen.sentence], isCaught: true }
}

async function runOnce(bug: Bug, folder: string): Promise<RunResult> {
  const lane = await openLane({ botFolder: folder })
  try {
    return await runPlan(planOf(bug), lane)
  } finally {
    await lane.close()
  }
}

async function inBrokenCopy<T>({ patches }: Bug, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-bug-'))
  try {
    for (const name of readdirSync(ROOT))
      if (!NOT_COPIED.includes(name)) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const patch of patches) apply(folder, patch)
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function apply(folder: string, patch: Patch): void {
  const path = join(folder, patch.file)
  writeFileSync(path, patched(readFileSync(path, 'utf8'), patch))
}

/** @throws RangeError when the text to replace does not occur exactly once: the code has changed, and the patch must */
export function patched(text: string, { file, find, replace }: Patch): string {
  const times = text.split(find).length - 1
  if (times !== 1)
    throw new RangeError(
      `${file} has ${times} times the text that is to be replaced: ${find.trim()}. Update it in test/faults/bugs-of-….ts.`,
    )
  return text.replace(find, () => replace)
}

/** Rows under each other, as a Markdown table. */
const table = (rows: string[][]): string =>
  rows
    .flatMap((cells, index) => [cells, ...(index === 0 ? [cells.map(() => '---')] : [])])
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
