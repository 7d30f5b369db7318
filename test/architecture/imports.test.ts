import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The rooms of the tree. `src` itself is split into its folders and the files beside them. */
const ROOMS = [
  'src/rotation',
  'src/operations',
  'src/jobs',
  'src/checks',
  'src/doctor',
  'src/secrets',
  'src/integrations',
  'src',
  'commands',
  'views',
  'db',
  'sandbox',
  'test',
] as const
type Room = (typeof ROOMS)[number]

/** Who may import whom, beside itself. `src` is the entrance: its own rules are by file, below. */
const ALLOWED: Record<Exclude<Room, 'src' | 'sandbox' | 'test'>, readonly string[]> = {
  'src/rotation': [],
  views: ['src/rotation'],
  db: ['src/rotation'],
  'src/secrets': ['src/rotation'],
  'src/integrations': ['src/rotation', 'src/config', 'src/context', 'src/slack-errors'],
  'src/checks': ['src/rotation'],
  'src/doctor': ['src/rotation'],
  'src/jobs': [
    'src/rotation',
    'db',
    'views',
    'src/context',
    'src/load-state',
    'src/load-home',
    'src/load-pictures',
    'src/load-cadence',
    'src/slack-errors',
  ],
  'src/operations': [
    'src/rotation',
    'src/jobs/queue',
    'src/checks',
    'src/doctor',
    'db',
    'views',
    'src/context',
    'src/load-state',
    'src/load-pictures',
    'src/load-cadence',
  ],
  commands: [
    'src/operations',
    'src/rotation',
    'views',
    'db',
    'src/context',
    'src/config',
    'src/load-state',
    'src/load-cadence',
    'src/slack-errors',
  ],
}

/** What the files of `src` itself may import; `main` and `bot` build everything and may import everything. */
const ENTRANCE: Record<string, readonly string[]> = {
  'src/app': ['commands', 'src/context'],
  'src/jobs': ['src/operations', 'src/context'],
  'src/config': ['src/rotation', 'src/secrets/index', 'src/config-cadence'],
  'src/config-cadence': ['src/rotation'],
  'src/context': ['src/rotation', 'db', 'src/config'],
  'src/load-state': ['src/rotation', 'src/checks/index', 'db', 'views', 'src/context'],
  'src/load-home': ['src/rotation', 'db', 'views', 'src/context', 'src/load-state', 'src/load-pictures'],
  'src/load-pictures': ['src/rotation', 'db', 'views', 'src/context'],
  'src/load-cadence': ['src/rotation', 'src/checks/index', 'db', 'src/context'],
  'src/delegated-people': ['src/rotation', 'db', 'src/context'],
  'src/workspace': ['db', 'src/app', 'src/slack-errors'],
  'src/health': ['src/bot'],
  'src/outside': ['src/integrations', 'src/secrets/index', 'src/app', 'src/config', 'src/context'],
  'src/surroundings': [
    'src/integrations',
    'src/rotation',
    'db/database-records',
    'src/config',
    'src/outside',
    'src/workspace',
  ],
  'src/run-doctor': [
    'src/doctor',
    'src/rotation',
    'views/doctor',
    'sandbox/follow-clock',
    'src/config',
    'src/logger',
    'src/outside',
    'src/surroundings',
  ],
  'src/run-backup': ['db', 'src/config'],
  'src/keep-connected': [],
  'src/logger': [],
  'src/slack-errors': [],
}

const imports: Record<string, string> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports

/** The file that an import in our own tree names, from the root; null for a package. */
function target(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(dirname(join(ROOT, from)), specifier))
  for (const [pattern, path] of Object.entries(imports)) {
    const prefix = pattern.replace('*', '')
    if (specifier.startsWith(prefix))
      return path.replace('./', '').replace('*', specifier.slice(prefix.length))
  }
  return null
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)/g

interface Arrow {
  from: string
  to: string
}

function arrowsIn(file: string): Arrow[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].flatMap(([, fixed, dynamic]) => {
    const to = target(file, fixed ?? dynamic ?? '')
    return to ? [{ from: file, to }] : []
  })
}

const files = ['src', 'commands', 'views', 'db', 'sandbox'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)
const arrows = files.flatMap(arrowsIn)

const roomOf = (file: string): Room | undefined => ROOMS.find((room) => file.startsWith(`${room}/`))

const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => file.startsWith(`${place}/`) || file === `${place}.ts`)

function mayImport({ from, to }: Arrow): boolean {
  const room = roomOf(from)
  if (!room || room === 'sandbox' || room === 'test') return true
  if (within(to, ['sandbox'])) return ['src/main.ts', 'src/run-doctor.ts'].includes(from)
  if (room !== 'src') return within(to, [room, ...ALLOWED[room]])
  const allowed = ENTRANCE[from.replace(/\.ts$/, '')]
  return allowed === undefined ? ['src/main.ts', 'src/bot.ts'].includes(from) : within(to, allowed)
}

/** Packages that reach the outside world: only adapters and the entrance may hold them. */
const OUTSIDE =
  /^(@aws-sdk\/|@octokit\/|@slack\/(bolt|web-api|socket-mode)|better-sqlite3|node:(net|http|https|fs|child_process))/

describe('the tree is the architecture', () => {
  it('sees the imports at all', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(arrows).toContainEqual({ from: 'src/jobs.ts', to: 'src/operations/follow-runs.ts' })
  })

  it('has no arrow that is not allowed', () => {
    const wrong = arrows.filter((arrow) => !mayImport(arrow)).map(({ from, to }) => `${from} → ${to}`)
    expect(wrong).toEqual([])
  })

  it('would see a wrong arrow', () => {
    expect(mayImport({ from: 'src/rotation/turn.ts', to: 'db/schema.ts' })).toBe(false)
    expect(mayImport({ from: 'src/operations/change.ts', to: 'src/jobs/worker.ts' })).toBe(false)
    expect(mayImport({ from: 'src/bot.ts', to: 'sandbox/sandbox.ts' })).toBe(false)
    expect(mayImport({ from: 'views/card.ts', to: 'src/context.ts' })).toBe(false)
  })

  it('keeps the outside world out of the domain, the views and the checks', () => {
    const pure = files.filter((file) => within(file, ['src/rotation', 'views', 'src/checks', 'src/doctor']))
    const wrong = pure.filter((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8')
      return [...text.matchAll(IMPORT)].some(([, fixed]) => OUTSIDE.test(fixed ?? ''))
    })
    expect(wrong).toEqual([])
  })

  it('keeps clock and chance out of the domain and the views', () => {
    const pure = files.filter((file) => within(file, ['src/rotation', 'views']))
    const impure = pure.filter((file) =>
      /Date\.now\(\)|new Date\(\)|Math\.random|randomUUID|performance\.now/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    )
    expect(impure).toEqual([])
  })

  it('never calls what returns a secret’s value, but where no value can come back', () => {
    const bot = files.filter((file) => !file.startsWith('sandbox/'))
    const readers = bot.filter((file) =>
      /GetSecretValueCommand|BatchGetSecretValue|GetRandomPassword/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    )
    expect(readers).toEqual(['src/secrets/aws-value-probe.ts'])
    const probe = readFileSync(join(ROOT, 'src/secrets/aws-value-probe.ts'), 'utf8')
    // Every call asks for a version that does not exist, and the answer is not looked at.
    const calls = probe.match(/new GetSecretValueCommand\(.*?\)\)/gs)
    expect(calls).toEqual(['new GetSecretValueCommand({ SecretId, VersionId: randomUUID() }))'])
    expect(probe).not.toMatch(/SecretString|SecretBinary|= await/)
  })
})
