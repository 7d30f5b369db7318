import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The rooms of the tree. `src` itself holds the files beside its folders. */
const ROOMS = [
  'src/domain',
  'src/authorization',
  'src/operations',
  'src/outbox',
  'src/checks',
  'src/doctor',
  'src/secrets',
  'src/redaction',
  'src/integrations',
  'src/read-models',
  'src/config',
  'src/cli',
  'src/startup',
  'src',
  'commands',
  'views',
  'db',
  'sandbox',
  'test',
] as const
type Room = (typeof ROOMS)[number]

/** Who may import whom, beside itself and `src/domain`, which everybody may. */
const ALLOWED: Record<Exclude<Room, 'src' | 'sandbox' | 'test'>, readonly string[]> = {
  'src/domain': [],
  views: [],
  db: [],
  'src/redaction': [],
  'src/secrets': ['src/redaction'],
  'src/checks': [],
  'src/doctor': ['src/redaction'],
  'src/config': ['src/secrets/index', 'src/redaction'],
  'src/integrations': ['src/config', 'src/context', 'src/redaction'],
  'src/authorization': ['src/integrations/slack', 'db', 'src/context', 'src/config', 'src/redaction'],
  'src/read-models': ['src/authorization', 'src/checks/index', 'db', 'views', 'src/context'],
  'src/outbox': ['src/integrations/slack', 'src/read-models', 'src/redaction', 'db', 'views', 'src/context'],
  'src/operations': [
    'src/outbox/queue',
    'src/read-models',
    'src/checks',
    'src/doctor',
    'src/redaction',
    'db',
    'views',
    'src/context',
  ],
  commands: [
    'src/operations',
    'src/authorization',
    'src/read-models',
    'src/integrations/slack',
    'src/config',
    'src/redaction',
    'src/context',
    'views',
    'db',
  ],
  'src/startup': ['src', 'commands', 'db'],
  'src/cli': ['src', 'db', 'views/doctor', 'views/audit-page', 'views/html', 'gate/rotation-gate'],
}

/** What the files of `src` itself may import. */
const ENTRANCE: Record<string, readonly string[]> = {
  'src/context': ['db/schema', 'src/config'],
  'src/main': ['src'],
  'src/serve': ['src', 'db'],
}

/** What ARCHITECTURE.md says: each part, and what it may import beside itself and `src/domain`. */
function documented(): Record<string, string[]> {
  const document = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const [, table = ''] = /## Who may import whom\n[^|]*([^#]*)/.exec(document) ?? []
  const named = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  const rows = [...table.matchAll(/^\| (`.*?) \| (.*?)(?:;.*)? \|$/gm)]
  return Object.fromEntries(
    rows.flatMap(([, parts = '', imported = '']) =>
      named(parts).map((part) => [part.replace(/\.ts$/, ''), named(imported).sort()]),
    ),
  )
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
  /** By `import()`: loaded when it is reached, not when the file is. */
  lazy?: true
}

function arrowsIn(file: string): Arrow[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(IMPORT)].flatMap(([, fixed, dynamic]) => {
    const to = target(file, fixed ?? dynamic ?? '')
    return to ? [{ from: file, to, ...(fixed ? {} : { lazy: true as const }) }] : []
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
  places.some((place) => file.startsWith(`${place}/`) || file === `${place}.ts` || file === `${place}.mjs`)

function mayImport({ from, to, lazy }: Arrow): boolean {
  const room = roomOf(from)
  if (!room || room === 'sandbox' || room === 'test') return true
  if (within(to, ['sandbox'])) return from === 'src/serve.ts' && lazy === true
  const allowed = room === 'src' ? (ENTRANCE[from.replace(/\.ts$/, '')] ?? []) : [room, ...ALLOWED[room]]
  return within(to, ['src/domain', ...allowed])
}

/** The circles of the import graph, each once, as the files that lie on it. Imports of types count. */
function circles(graph: Arrow[]): string[][] {
  const next = Map.groupBy(graph, ({ from }) => from)
  const found = new Map<string, string[]>()
  const done = new Set<string>()
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file)
    if (start >= 0) {
      const circle = path.slice(start)
      found.set([...circle].sort().join(), [...circle, file])
      return
    }
    if (done.has(file)) return
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return [...found.values()]
}

/** Packages that connect to other systems: only adapters and the entry point may import them. */
const NETWORK =
  /^(@aws-sdk\/|@octokit\/|@slack\/(bolt|web-api|socket-mode)|better-sqlite3|node:(net|http|https|fs|child_process))/

describe('the tree is the architecture', () => {
  it('sees the imports at all', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(arrows).toContainEqual({
      from: 'src/startup/schedule.ts',
      to: 'src/operations/scheduled/follow-runs.ts',
    })
  })

  it('has no arrow that is not allowed', () => {
    const wrong = arrows.filter((arrow) => !mayImport(arrow)).map(({ from, to }) => `${from} → ${to}`)
    expect(wrong).toEqual([])
  })

  it('is what ARCHITECTURE.md says', () => {
    const { gate, ...table } = documented()
    expect(gate).toEqual([])
    const enforced = Object.entries({ ...ALLOWED, ...ENTRANCE })
    expect(table).toEqual(Object.fromEntries(enforced.map(([part, places]) => [part, [...places].sort()])))
  })

  it('would see a wrong arrow', () => {
    expect(mayImport({ from: 'src/domain/rotation/turn.ts', to: 'db/schema.ts' })).toBe(false)
    expect(mayImport({ from: 'src/operations/change.ts', to: 'src/jobs/worker.ts' })).toBe(false)
    expect(mayImport({ from: 'src/startup/bot.ts', to: 'sandbox/sandbox.ts', lazy: true })).toBe(false)
    expect(mayImport({ from: 'src/serve.ts', to: 'sandbox/embedded.ts' })).toBe(false)
    expect(mayImport({ from: 'views/card.ts', to: 'src/context.ts' })).toBe(false)
  })

  it('loads the sandbox only when it runs', () => {
    const toSandbox = arrows.filter(({ from, to }) => within(to, ['sandbox']) && !within(from, ['sandbox']))
    expect(new Set(toSandbox.map(({ from, to }) => `${from} → ${to}`))).toEqual(
      new Set(['src/serve.ts → sandbox/embedded.ts']),
    )
  })

  it('has no import circle, not even of types', () => {
    expect(circles(arrows.filter(({ from }) => !from.startsWith('sandbox/')))).toEqual([])
  })

  it('would see a circle', () => {
    const back = { from: 'src/domain/rotation/steps.ts', to: 'src/domain/rotation/turn.ts' }
    expect(circles([...arrows, back])).not.toEqual([])
  })

  it('leaves no source file in a folder that is no room', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([])
    expect(files.filter((file) => roomOf(file) === 'src')).toEqual([
      'src/context.ts',
      'src/main.ts',
      'src/serve.ts',
    ])
  })

  it('lets the files of the gate import Node’s own modules only', () => {
    const own = readdirSync(join(ROOT, 'gate')).map((name) => readFileSync(join(ROOT, 'gate', name), 'utf8'))
    const imported = own.map((text) =>
      [...text.matchAll(IMPORT)].map(([, fixed, lazy]) => fixed ?? lazy ?? ''),
    )
    expect(imported.every((names) => names.length > 3)).toBe(true)
    expect(imported.flat().filter((name) => !name.startsWith('node:'))).toEqual([])
  })

  it('keeps the network out of the domain, the views and the checks', () => {
    const pure = files.filter((file) => within(file, ['src/domain', 'views', 'src/checks', 'src/doctor']))
    const wrong = pure.filter((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8')
      return [...text.matchAll(IMPORT)].some(([, fixed]) => NETWORK.test(fixed ?? ''))
    })
    expect(wrong).toEqual([])
  })

  it('keeps clock and chance out of the domain and the views', () => {
    const pure = files.filter((file) => within(file, ['src/domain', 'views']))
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
