import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { ConfigProblem } from '#config/config'
import { run } from '../../gate/rotation-gate.mjs'
import type { CliCommand } from './command.ts'

type Variables = Record<string, string | undefined>

/** Decides by the log alone whether an environment may be released. Needs no variable of the bot; the config only says where the log is. */
export const gate: CliCommand = {
  failed: 'The gate cannot decide',
  async run(args) {
    const { code, stdout, stderr } = await run(args, process.env, {
      place: readPlace(process.env),
      now: await readNow(process.env),
    })
    process.stdout.write(stdout)
    process.stderr.write(stderr)
    return code
  },
}

/** The parts of the config that say where the log is. */
const placeSchema = z.object({
  repository: z.object({
    name: z.string(),
    branch: z.string().optional(),
    log: z.string().optional(),
  }),
  log: z.object({ branch: z.string().nullish() }).optional(),
})

function readPlace({ ROTATION_CONFIG: file = 'rotation.config.yml' }: Variables) {
  if (!existsSync(file)) return {}
  const read = placeSchema.safeParse(parse(readFileSync(file, 'utf8')))
  if (!read.success) throw new ConfigProblem([`${file} does not say where the log is (repository.name)`])
  const { repository, log } = read.data
  const branch = log?.branch ?? repository.branch
  return {
    repository: repository.name,
    ...(branch ? { branch } : {}),
    ...(repository.log ? { path: repository.log } : {}),
  }
}

/** The machine's time, or that of the sandbox. */
async function readNow({ SANDBOX_CLOCK_URL: url, NODE_ENV }: Variables): Promise<number> {
  if (!url || NODE_ENV === 'production') return Date.now()
  const { offsetMs } = z.object({ offsetMs: z.number() }).parse(await (await fetch(url)).json())
  return Date.now() + offsetMs
}
