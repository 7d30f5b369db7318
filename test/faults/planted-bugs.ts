import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUGS, type Bug, type Patch } from './bugs.ts'
import { makePlan } from './plan.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Not part of what a run needs, or linked. */
const NOT_COPIED = ['node_modules', '.git', 'data']
const MOST_SEEDS = 6
/** Seeds that are looked through for plans that suit. */
const SEARCHED = 200_000

/** One line that `--json` prints for a failed run. */
export interface RedLine {
  seed: number
  rules: string[]
}

/**
 * Breaks a copy of the tree with each bug and runs seeds that suit it until one fails.
 *
 * @param only part of the names of the bugs; all where it is undefined
 * @returns the exit code: 1 when a bug was not caught
 */
export async function plantAll(only: string | undefined, say: (line: string) => void): Promise<number> {
  const chosen = BUGS.filter(({ name }) => name.includes(only ?? ''))
  let missed = 0
  for (const bug of chosen) {
    const began = Date.now()
    const seeds = seedsFor(bug)
    const red = await inBrokenCopy(bug, (folder) => firstRed(folder, seeds))
    const seconds = Math.round((Date.now() - began) / 1_000)
    if (red) say(`caught: ${bug.name}, by seed ${red.seed} (${red.rules.join(', ')}; ${seconds} s)`)
    else say(`MISSED: ${bug.name}, by the seeds ${seeds.join(',')} (${seconds} s)`)
    if (!red) missed += 1
  }
  say(`${chosen.length - missed} of ${chosen.length} bugs caught`)
  return missed > 0 ? 1 : 0
}

export function seedsFor({ suits }: Bug): number[] {
  const seeds: number[] = []
  for (let seed = 1; seed <= SEARCHED && seeds.length < MOST_SEEDS; seed += 1)
    if (suits(makePlan(seed))) seeds.push(seed)
  return seeds
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
      `${file} has ${times} times the text that is to be replaced: ${find.trim()}. Update test/faults/bugs.ts.`,
    )
  return text.replace(find, () => replace)
}

/** Runs the seeds in the folder's own harness. @returns the first that failed */
async function firstRed(folder: string, seeds: number[]): Promise<RedLine | null> {
  const given = ['--seeds', seeds.join(','), '--lanes', '2', '--until-red', '--json']
  const child = spawn(process.execPath, ['test/faults/main.ts', ...given], { cwd: folder })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    output += String(data)
  })
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const [line] = output.split('\n').filter((each) => each.startsWith('{'))
  if (!line && code !== 0) throw new Error(`the harness failed in ${folder}: ${errors}`)
  return line ? (JSON.parse(line) as RedLine) : null
}
