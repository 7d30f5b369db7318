import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Words with a plainer one (docs/dictionary.md). They appear nowhere: not in code, on screens or in documents. */
const BANNED: Record<string, RegExp> = {
  'owed, owes': /\bow(?:ed|es|ing)\b|\bOwe[sd]\b|[a-z]Owe[sd]?\b/,
  dossier: /dossier/i,
  surroundings: /surroundings/i,
  'examination, examine': /\bexamin/i,
  hopeless: /hopeless/i,
  'carried past': /\bcarr(?:y|ies|ied|ying) (?:\w+ ){0,3}past\b/i,
  'kept in mind': /\bke(?:pt|ep|eps|eping) (?:\w+ )?in mind\b/i,
  'stands in for': /\bst(?:and|ands|ood|anding) in for\b|\bstood in\b/i,
  'for ever': /\bfor ever\b/i,
  'theirs (of text)': /\btheirs\(|plainTheirs/,
  'by word only': /\bword only\b/i,
  'had a hand in': /\bhad a hand in\b/i,
  'nothing waits for': /\bnothing waits for\b/i,
  'mend (repair)': /\bmend(?:s|ed|ing)?\b/i,
  'rung, rings (people)': /\brung\b|\brings (?:nobody|on-call|people|the|a group|approvers)\b/i,
  'postpone (extend a deadline)':
    /\bpostpon\w+ (?:the |its )?(?:deadline|revocation)|\b(?:deadline|revocation|longer)\b.{0,40}\bpostponed\b/i,
  'present version (current)': /\bpresent versions?\b/i,
  'the signatures (sign-offs, as a point in time)':
    /\b(?:deployed before|follows|not wait for) the signatures\b/i,
  'a cast (of people)': /\bthe cast\b|#sandbox\/cast\b/i,
  'in the place of (on behalf of)': /\bin the place of\b/i,
  'jobs of the schedule (scheduled tasks)':
    /\b(?:scheduled|cron|periodic) jobs?\b|\bjobs? of the schedule\b/i,
  'once (memoize)': /\bfunction once\b|\bonce\b[^'\n]*\} from '(?!node:)/,
  'load-… (read models)': /\bload-(?:state|home|status|history|inventory)\b/,
  'cadence (age, state or task)': /cadence-?(?:state|age|task|tick)/i,
}

/**
 * Words that have a second, plain meaning, and how often they occur. The number may only go down: lower it here with the
 * change that lowers it.
 */
const COUNTED: Record<string, { pattern: RegExp; most: number }> = {
  'stream (ordering key)': { pattern: /(?<!node:)\bstreams?\b/i, most: 13 },
  cast: { pattern: /\bcast\b/i, most: 0 },
  'told (sent, reported)': { pattern: /\btold\b|[a-z]Told\b/i, most: 0 },
  'settled (resolved, delivered, stable)': { pattern: /\bsettle[ds]?\b|\bsettled[A-Z]/i, most: 0 },
  'standing (open, pending, stalled)': { pattern: /\bstanding\b/i, most: 0 },
  // Not the key of a policy in AWS.
  'effect (outbox job)': { pattern: /(?<!")\beffects?\b(?!")/i, most: 16 },
  'outside (clients)': { pattern: /\boutside\b/i, most: 90 },
  'finding (result)': { pattern: /\bfindings?\b/i, most: 0 },
  'gone (deactivated)': { pattern: /\bgone\b/i, most: 6 },
  'sealed (of values: not readable)': {
    pattern: /\b(?:value|secret|token)s? (?:is|are|was) sealed\b|\bsealed (?:value|secret|token)/i,
    most: 0,
  },
  'rings (notifies)': { pattern: /\brings\b/i, most: 0 },
  'stands, stands in': { pattern: /\bstands?\b(?!-)/i, most: 0 },
  'anew, thereof': { pattern: /\banew\b|\bthereof\b/i, most: 0 },
}

/** Both have to name the words. */
const OWN = ['test/architecture/words.test.ts', 'docs/dictionary.md']

/** Not written here: packages, history, databases of the bot, a schema of Slack's. */
const SKIPPED = ['node_modules', '.git', 'data', 'package-lock.json', 'slack-manifest.schema.2.0.0.json']

const TEXT = /\.(?:m?[jt]s|css|html|svg|md|ya?ml|json|hcl)$/
const TEXTS_WITHOUT_EXTENSION = ['.env.example', 'Dockerfile', '.ci/run', '.ci/postgres']

const files = listFiles('').filter((file) => !OWN.includes(file))
const texts = files.map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n') }))

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (SKIPPED.includes(entry.name)) return []
    if (entry.isDirectory()) return listFiles(path)
    return TEXT.test(path) || TEXTS_WITHOUT_EXTENSION.includes(path) ? [path] : []
  })
}

function find(pattern: RegExp): string[] {
  const global = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
  return texts.flatMap(({ file, lines }) =>
    lines.flatMap((line, index) =>
      [...line.matchAll(global)].map(() => `${file}:${index + 1}: ${line.trim()}`),
    ),
  )
}

describe('one word for one thing', () => {
  it('reads the whole tree', () => {
    for (const file of ['gate/rotation-gate.mjs', 'docs/grafana/rotation-bot.json', '.ci/run', 'Dockerfile'])
      expect(files).toContain(file)
    expect(files.length).toBeGreaterThan(500)
    expect(find(/\bimport\b/).length).toBeGreaterThan(1_000)
  })

  it.each(Object.entries(BANNED))('does without “%s”', (_, pattern) => {
    expect(find(pattern)).toEqual([])
  })

  it.each(Object.entries(COUNTED))('uses “%s” as often as is written here', (_, { pattern, most }) => {
    // Fewer is right too, but then `most` must go down, or the words could come back.
    expect(find(pattern)).toHaveLength(most)
  })

  it('would find a banned word', () => {
    const samples = [
      'what it owes',
      'the surroundings',
      'carried past by hand',
      'kept it in mind',
      'it is mended',
      'signs in the place of an approver',
      'a scheduled job',
      "import { once } from '#domain/once'",
      'src/operations/load-state.ts',
      'CadenceState',
    ]
    for (const sample of samples)
      expect(
        Object.values(BANNED).some((pattern) => pattern.test(sample)),
        sample,
      ).toBe(true)
  })
})
