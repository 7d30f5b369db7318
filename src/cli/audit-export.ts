import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigProblem, readConfig } from '#config/config'
import { isPostgresUrl } from '#db/dialect'
import { assertKnownVersion } from '#db/open-database'
import { findRevocations } from '#db/queries/revocations'
import { findRotations } from '#db/queries/rotations'
import { readDatabase } from '#db/read-database'
import type { Db } from '#db/schema'
import { POPULATION_COLUMNS, populationRows } from '#domain/audit/population'
import { canonicalJson } from '#domain/canonical-json'
import { sha256 } from '#domain/rotation/evidence'
import { parseRotationLabel } from '#domain/rotation/rotation'
import { parseDay } from '#domain/time/calendar'
import { csvOf } from '#domain/tokens/inventory'
import { chooseClock } from '#startup/choose-clock'
import { connectClients } from '#startup/connect-systems'
import { EXIT_USAGE } from '#startup/exit-codes'
import { createLogger } from '#startup/logger'
import { useProxy } from '#startup/use-proxy'
import { auditPage } from '#views/audit-page'
import { htmlPage, htmlTable } from '#views/html'
import { readRows } from '../../gate/rotation-gate.mjs'
import { type ExportedRotation, readExport } from './audit/read-export.ts'
import type { CliCommand } from './command.ts'

const VERIFIER = new URL('../../gate/verify-export.mjs', import.meta.url)
const DAY = 86_400_000

/** Writes what an auditor needs: a rotation with its proof, or a table of all rotations of a period. Changes nothing else. */
export const auditExport: CliCommand = {
  failed: 'Nothing was exported',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
    })
    const [label = '', ...others] = positionals
    const id = parseRotationLabel(label)
    const period = periodOf(values)
    if (others.length > 0 || (id === null) === (period === null)) {
      process.stderr.write(
        'Name one rotation, such as R42, or a period with --from YYYY-MM-DD and --to YYYY-MM-DD.\n',
      )
      return EXIT_USAGE
    }
    const config = readConfig(process.env)
    const file = config.database
    if (!isPostgresUrl(file) && !existsSync(file))
      throw new ConfigProblem([`There is no database ${file}: set DATABASE_URL`])
    const read = <T>(work: (db: Db) => Promise<T>) =>
      readDatabase(file, (db) =>
        db.transaction().execute(async (tx) => {
          await assertKnownVersion(tx, file)
          return work(tx)
        }),
      )
    useProxy(process.env)
    const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
    const clients = connectClients(config, await chooseClock(config.env), log)
    const now = clients.clock.now()
    if (period) {
      const rows = await read((db) => findPopulation(db, period))
      const folder = values.out ?? `rotations-${period.from}-${period.to}`
      writeFiles(folder, populationFiles(rows, period, now))
      process.stdout.write(
        `${rows.length} tokens of rotations from ${period.from} to ${period.to} are in ${folder}.\n`,
      )
      return 0
    }
    const exported = id === null ? null : await read((db) => readExport(db, id))
    if (!exported) throw new Error(`There is no rotation ${label}.`)
    const text = (await clients.repository.readLog())?.text ?? ''
    const key =
      config.signingKeys.current?.publicKey.export({ format: 'pem', type: 'spki' }).toString() ??
      (await clients.repository.readPublicKey())
    const place = {
      repository: config.repository.name,
      branch: config.log.branch ?? config.repository.branch,
      path: config.repository.log,
    }
    const folder = values.out ?? exported.label
    writeFiles(folder, rotationFiles(exported, { text, place, key, now }))
    process.stdout.write(
      `${exported.label} is in ${folder}. Verify it there, with nothing but Node: node verify.mjs --public-key FILE\n${exported.open ? `${exported.label} is still open: export it again when it is complete.\n` : ''}`,
    )
    return 0
  },
}

interface Period {
  from: string
  to: string
}

function periodOf({ from, to }: { from?: string | undefined; to?: string | undefined }): Period | null {
  if (from === undefined || to === undefined) return null
  return parseDay(from) !== null && parseDay(to) !== null && from <= to ? { from, to } : null
}

async function findPopulation(db: Db, { from, to }: Period): Promise<string[][]> {
  const end = new Date(Date.parse(`${to}T00:00:00.000Z`) + DAY).toISOString()
  const found = await db
    .selectFrom('rotations')
    .select('id')
    .where('openedAt', '>=', `${from}T00:00:00.000Z`)
    .where('openedAt', '<', end)
    .orderBy('id')
    .execute()
  const rows: string[][] = []
  for (const { id } of found)
    for (const rotation of await findRotations(db, [id]))
      rows.push(...populationRows(rotation, await findRevocations(db, id)))
  return rows
}

function populationFiles(rows: string[][], { from, to }: Period, now: string): Record<string, string> {
  const title = `Rotations from ${from} to ${to}`
  const records = rows.map((row) => Object.fromEntries(POPULATION_COLUMNS.map((name, at) => [name, row[at]])))
  return {
    'population.csv': csvOf([[...POPULATION_COLUMNS], ...rows]),
    'population.json': `${canonicalJson({ format: 'rotation-population/v1', exportedAt: now, from, to, rows: records })}\n`,
    'population.html': htmlPage(
      title,
      `<p>Exported ${now}, by the day (UTC) on which each was opened.</p>${htmlTable(POPULATION_COLUMNS, rows)}`,
    ),
  }
}

function rotationFiles(
  exported: ExportedRotation,
  log: {
    text: string
    place: { repository: string; branch: string; path: string }
    key: string | null
    now: string
  },
): Record<string, string> {
  const rows = readRows(log.text).map(({ cells }) => cells)
  const { label, names, rotation, ...rest } = exported
  const json = canonicalJson({
    ...rest,
    format: 'rotation-export/v1',
    exportedAt: log.now,
    rotation: label,
    state: rotation,
    log: { place: log.place, rows },
    publicKeys: log.key ? [log.key] : [],
  })
  return {
    [`${label}.json`]: `${json}\n`,
    [`${label}.html`]: auditPage(exported, rows, names, log.now),
    'verify.mjs': readFileSync(VERIFIER, 'utf8'),
  }
}

/** With the sums of all files, as `sha256sum --check SHA256SUMS` reads them. */
function writeFiles(folder: string, files: Record<string, string>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sums = Object.entries(files).map(([name, content]) => `${sha256(content)}  ${name}\n`)
  for (const [name, content] of Object.entries({ ...files, SHA256SUMS: sums.join('') }))
    writeFileSync(join(folder, name), content, { mode: 0o600 })
}
