import { describe, expect, it } from 'vitest'
import { findCredential } from '#redaction/find-credential'
import { DISGUISED } from './corpus/disguises.ts'
import { FURTHER, FURTHER_INNOCENT } from './corpus/further.ts'
import { createGenerator, type Generator } from './corpus/generator.ts'
import { INNOCENT } from './corpus/innocents.ts'
import { ISSUED, type Kind, NAMED } from './corpus/kinds.ts'

const KINDS = [...ISSUED, ...NAMED, ...DISGUISED, ...FURTHER]
const INNOCENTS = [...INNOCENT, ...FURTHER_INNOCENT]
/** New ones with `CORPUS_SEED`; a failure prints the seed. */
const SEED = Number(process.env.CORPUS_SEED ?? 1)
const ROUNDS = Number(process.env.CORPUS_ROUNDS ?? 3)

const SENTENCES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `I ran this:\n${text}\nand it worked`,
  (text) => `Done. ${text}`,
  (text) => `| step | ${text} | ok |`,
]

async function measure(kinds: readonly Kind[], wrap: (g: Generator) => (text: string) => string) {
  const outcomes: { name: string; text: string; found: boolean }[] = []
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, [name, make]] of kinds.entries()) {
      const g = createGenerator(SEED * 100_003 + round * 1_009 + index)
      const text = wrap(g)(make(g))
      outcomes.push({ name, text, found: (await findCredential(text)) !== null })
    }
  return outcomes
}

const share = (part: number, whole: number): number => part / whole

describe(`the corpus, seed ${SEED}`, () => {
  it('has many kinds of credentials and of innocent texts', () => {
    expect(new Set(KINDS.map(([name]) => name)).size).toBeGreaterThanOrEqual(200)
    expect(new Set(INNOCENTS.map(([name]) => name)).size).toBeGreaterThanOrEqual(100)
  })

  it('is recognized: at least 94 % of the credentials', async () => {
    const outcomes = await measure(KINDS, (g) => g.pick(SENTENCES))
    const missed = outcomes.filter(({ found }) => !found)
    const caught = share(outcomes.length - missed.length, outcomes.length)
    expect(caught, missed.map(({ name }) => name).join('\n')).toBeGreaterThanOrEqual(0.94)
    if (process.env.CORPUS_SEED)
      console.info(
        `caught ${(100 * caught).toFixed(1)} %\n${missed.map(({ name, text }) => `${name}: ${text}`).join('\n')}`,
      )
  }, 120_000)

  it('is not refused: at most 3 % of the innocent texts', async () => {
    const outcomes = await measure(INNOCENTS, () => (text) => text)
    const refused = outcomes.filter(({ found }) => found)
    const wrong = share(refused.length, outcomes.length)
    expect(wrong, refused.map(({ text }) => text).join('\n')).toBeLessThanOrEqual(0.03)
    if (process.env.CORPUS_SEED)
      console.info(`refused ${(100 * wrong).toFixed(1)} %\n${refused.map(({ text }) => text).join('\n')}`)
  }, 120_000)
})
