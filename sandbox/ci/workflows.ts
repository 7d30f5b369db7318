import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import { repositoryOf } from '../github/repository.ts'
import type { World } from '../world.ts'

const FOLDER = '.github/workflows/'

export interface WorkflowInput {
  required: boolean
  default: string | undefined
  options: readonly string[] | undefined
}

/** A workflow as declared by its file. */
export interface Workflow {
  id: number
  file: string
  path: string
  name: string
  state: 'active' | 'disabled_manually' | 'disabled_inactivity'
  /** Inputs of `workflow_dispatch`; null without that trigger. */
  inputs: Readonly<Record<string, WorkflowInput>> | null
  runName: string | null
  /** The environment that a job names, which makes each of its runs a deployment; null without one. */
  environment: string | null
}

export interface Workflows {
  all(): Workflow[]
  find(idOrFile: string): Workflow | undefined
  setState(workflow: Workflow, state: Workflow['state']): void
}

const inputSchema = z
  .object({
    required: z.boolean().default(false),
    default: z.coerce.string().optional(),
    options: z.array(z.string()).optional(),
  })
  .nullable()
const environmentSchema = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
const fileSchema = z.object({
  name: z.string().optional(),
  jobs: z.record(z.string(), z.object({ environment: environmentSchema.optional() })).catch({}),
  'run-name': z.string().optional(),
  on: z.union([
    z.string(),
    z.array(z.string()),
    z.object({
      workflow_dispatch: z.object({ inputs: z.record(z.string(), inputSchema).nullish() }).nullish(),
    }),
  ]),
})

export function workflowsOf(world: World): Workflows {
  const states = world.store.collection<Workflow['state']>('ci.workflow-states')
  const repository = repositoryOf(world)

  const isMissing = ({ file }: Workflow) =>
    file === WORKFLOWS.rotate.file && world.faults.on('workflow-missing')

  const stateOf = ({ path }: Workflow): Workflow['state'] =>
    world.faults.on('workflow-disabled') ? 'disabled_inactivity' : (states.get(path) ?? 'active')

  function all(): Workflow[] {
    const tree = repository.treeOf(repository.head())
    const files = [...tree].filter(([path]) => path.startsWith(FOLDER) && /\.ya?ml$/.test(path))
    return files
      .map(([path, sha]) => declared(path, repository.blob(sha).toString('utf8')))
      .filter((workflow) => !isMissing(workflow))
      .map((workflow) => ({ ...workflow, state: stateOf(workflow) }))
  }

  return {
    all,
    find: (idOrFile) => all().find((one) => String(one.id) === idOrFile || one.file === idOrFile),
    setState(workflow, state) {
      states.put(workflow.path, state)
      world.changed('ci')
    },
  }
}

function declared(path: string, text: string): Workflow {
  const file = path.slice(FOLDER.length)
  const known = Object.values(WORKFLOWS).find((workflow) => workflow.file === file)
  const content = read(text)
  return {
    id: known?.id ?? idOfPath(path),
    file,
    path,
    // As in GitHub: the path, where the file has no name or cannot be parsed.
    name: content?.name ?? path,
    state: 'active',
    inputs: content ? dispatchInputs(content.on) : null,
    runName: content?.['run-name'] ?? null,
    environment:
      Object.values(content?.jobs ?? {}).find(({ environment }) => environment)?.environment ?? null,
  }
}

const idOfPath = (path: string) => createHash('sha1').update(path).digest().readUInt32BE(0)

function read(text: string): z.output<typeof fileSchema> | undefined {
  try {
    return fileSchema.safeParse(parse(text)).data
  } catch {
    return undefined
  }
}

function dispatchInputs(on: z.output<typeof fileSchema>['on']): Workflow['inputs'] {
  if (typeof on === 'string' || Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : null
  if (!('workflow_dispatch' in on)) return null
  const inputs = Object.entries(on.workflow_dispatch?.inputs ?? {})
  return Object.fromEntries(
    inputs.map(([name, input]) => [
      name,
      { required: input?.required ?? false, default: input?.default, options: input?.options },
    ]),
  )
}

/**
 * The inputs of a run with defaults filled in, or GitHub's complaint about them.
 *
 * @param declared the inputs that the workflow declares
 */
export function checkInputs(
  declared: Readonly<Record<string, WorkflowInput>>,
  given: Readonly<Record<string, string>>,
): { inputs: Record<string, string> } | { problem: string } {
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(declared, name))
  if (unexpected.length > 0) return { problem: `Unexpected inputs provided: ${JSON.stringify(unexpected)}` }
  const inputs: Record<string, string> = {}
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] || (input.default ?? '')
    if (input.required && value === '') return { problem: `Required input '${name}' not provided` }
    if (value !== '' && input.options && !input.options.includes(value)) {
      return { problem: `Provided value '${value}' for input '${name}' not in the list of allowed values` }
    }
    inputs[name] = value
  }
  return { inputs }
}

/** A run's title: the workflow's `run-name` with its inputs filled in, otherwise the workflow's name. */
export const runTitle = (workflow: Workflow, inputs: Readonly<Record<string, string>>): string =>
  filled(workflow.runName ?? '', inputs) || workflow.name

/** The environment of a run's job; null where it has none. */
export const runEnvironment = (workflow: Workflow, inputs: Readonly<Record<string, string>>): string | null =>
  filled(workflow.environment ?? '', inputs) || null

const filled = (text: string, inputs: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/g, (_, name) => inputs[name] ?? '').trim()

/** The branch on which workflows run. */
export const RUN_BRANCH = REPOSITORY.branch
