#!/usr/bin/env node
import { EXIT_USAGE } from '#startup/exit-codes'
import { exitWithProblems, failureOf } from '#startup/exit-with-problems'
import type { CliCommand } from './command.ts'

/** What `rotation …` can do, by its words. Loaded by need: a backup loads no client. */
const COMMANDS: Record<string, { options: string; load(): Promise<CliCommand> }> = {
  doctor: { options: '', load: async () => (await import('./doctor.ts')).doctor },
  backup: { options: '', load: async () => (await import('./backup.ts')).backup },
  status: { options: '[--json]', load: async () => (await import('./status.ts')).status },
  'audit verify': {
    options: '[--checkout DIR] [--json]',
    load: async () => (await import('./audit-verify.ts')).auditVerify,
  },
  'audit export': {
    options: 'R42 [--out DIR] | --from DATE --to DATE [--out DIR]',
    load: async () => (await import('./audit-export.ts')).auditExport,
  },
  gate: {
    options: '--environment NAME [--log FILE] [--public-key FILE …]',
    load: async () => (await import('./gate.ts')).gate,
  },
  'init-log': { options: '', load: async () => (await import('./init-log.ts')).initLog },
  keygen: { options: '', load: async () => (await import('./keygen.ts')).keygen },
  'db copy': { options: 'FROM TO', load: async () => (await import('./db-copy.ts')).dbCopy },
  'db restored': {
    options: '--reason TEXT',
    load: async () => (await import('./db-restored.ts')).dbRestored,
  },
}

function usage(): never {
  const lines = Object.entries(COMMANDS).map(
    ([words, { options }]) => `rotation ${words}${options && ` ${options}`}`,
  )
  process.stderr.write(`Usage: ${lines.join(' | ')}\n`)
  process.exit(EXIT_USAGE)
}

/** The command whose words the arguments begin with, and the rest. */
function findCommand(args: string[]): [() => Promise<CliCommand>, string[]] {
  for (const [words, command] of Object.entries(COMMANDS)) {
    const parts = words.split(' ')
    if (parts.every((part, index) => args[index] === part)) return [command.load, args.slice(parts.length)]
  }
  return usage()
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const [load, args] = findCommand(process.argv.slice(2))
const command = await load()
try {
  process.exitCode = await command.run(args)
} catch (error) {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`${error.message.split('. ')[0]}. `)
    usage()
  }
  exitWithProblems(command.failed, failureOf(error, describe))
}
process.exit()
