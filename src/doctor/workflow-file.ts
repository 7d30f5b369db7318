import { parse } from 'yaml'
import { z } from 'zod'
import type { RunKind } from '#domain/rotation/rotation'
import { hasMark } from '#domain/rotation/runs'
import {
  type ExpectedInput,
  expectedInputs,
  MARK_INPUT,
  type StartSettings,
} from '#domain/rotation/workflow-inputs'
import { assertPlainYaml } from '#domain/tokens/registry-yaml'
import { evaluateTitle } from './run-name.ts'

const inputSchema = z
  .object({
    type: z.string().optional(),
    required: z.boolean().default(false),
    default: z.unknown().optional(),
    options: z.array(z.coerce.string()).optional(),
  })
  .nullable()
const fileSchema = z.object({
  'run-name': z.string().optional(),
  on: z.union([
    z.string(),
    z.array(z.string()),
    z.object({
      workflow_dispatch: z.object({ inputs: z.record(z.string(), inputSchema).nullish() }).nullish(),
    }),
  ]),
})

type WorkflowFile = z.output<typeof fileSchema>
type Input = z.output<typeof inputSchema>
type Inputs = Record<string, Input>

/** A reason why GitHub refuses a dispatch, or the bot cannot find the run. */
export interface WorkflowFault {
  sentence: string
  remediation: string
}

/**
 * The problems of a workflow's file for a bot that starts it.
 *
 * @param settings what the values that the bot sends depend on
 */
export async function findWorkflowFaults(
  kind: RunKind,
  text: string,
  settings: StartSettings,
): Promise<WorkflowFault[]> {
  const file = read(text)
  if (!file)
    return [
      {
        sentence: 'its file is not a readable workflow',
        remediation: 'Fix the file’s YAML on the branch; docs/workflows/ has one to copy.',
      },
    ]
  const inputs = dispatchInputs(file)
  if (!inputs)
    return [
      {
        sentence: 'it cannot be started: it has no workflow_dispatch',
        remediation:
          'Give it on.workflow_dispatch with the inputs listed in docs/workflows/README.md, or copy the file from there.',
      },
    ]
  const expected = expectedInputs(kind, settings)
  return [...inputFaults(expected, inputs), ...(await nameFaults(file, expected))]
}

function read(text: string): WorkflowFile | null {
  try {
    assertPlainYaml(text)
    return fileSchema.safeParse(parse(text)).data ?? null
  } catch {
    return null
  }
}

function dispatchInputs({ on }: WorkflowFile): Inputs | null {
  if (typeof on === 'string' || Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : null
  return 'workflow_dispatch' in on ? (on.workflow_dispatch?.inputs ?? {}) : null
}

const MOST_INPUTS = 25

function inputFaults(expected: ExpectedInput[], inputs: Inputs): WorkflowFault[] {
  const names = Object.keys(inputs)
  const lacking = expected.filter(({ name }) => !Object.hasOwn(inputs, name)).map(({ name }) => name)
  const sent = new Set(expected.map(({ name }) => name))
  const wanting = Object.entries(inputs).flatMap(([name, input]) =>
    input?.required && !sent.has(name) && (input.default ?? '') === '' ? [name] : [],
  )
  return [
    ...(names.length > MOST_INPUTS
      ? [
          {
            sentence: `it declares ${names.length} inputs, and GitHub takes ${MOST_INPUTS} at most`,
            remediation: 'Remove inputs that the bot does not send.',
          },
        ]
      : []),
    ...(lacking.length > 0
      ? [
          {
            sentence: `it does not declare the ${words('input', lacking)}, so GitHub refuses to start it`,
            remediation: `Declare ${lacking.join(', ')} under on.workflow_dispatch.inputs.`,
          },
        ]
      : []),
    ...(wanting.length > 0
      ? [
          {
            sentence: `it requires the ${words('input', wanting)}, which the bot does not send`,
            remediation: `Give ${wanting.join(', ')} a default, or remove it.`,
          },
        ]
      : []),
    ...expected.flatMap((each) => valueFaults(each, inputs[each.name] ?? null)),
  ]
}

/** Types of inputs, and whether GitHub takes a value for one. It takes the names of environments only for `environment`. */
const TYPES: Record<string, (value: string, input: NonNullable<Input>, name: string) => boolean> = {
  string: () => true,
  choice: (value, { options = [] }) => options.includes(value),
  boolean: (value) => ['true', 'false'].includes(value),
  number: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  environment: (_, __, name) => name === 'environment',
}

/** What the bot sends and the input does not take. */
function valueFaults({ name, values, isComplete }: ExpectedInput, input: Input): WorkflowFault[] {
  if (!input) return []
  const type = input.type ?? (input.options ? 'choice' : 'string')
  const takes = TYPES[type]
  if (!takes)
    return [
      {
        sentence: `its input ${name} is of the type ${type}, which GitHub does not know`,
        remediation: `Make ${name} an input of type string.`,
      },
    ]
  const refused = values.filter((value) => !takes(value, input, name))
  const asChoice = type === 'choice' && isComplete
  if (asChoice)
    return refused.map((value) => ({
      sentence: `its input ${name} does not accept “${value}”`,
      remediation: `Add ${value} to the options of ${name}.`,
    }))
  const [first] = refused
  return first === undefined
    ? []
    : [
        {
          sentence: `its input ${name} is of the type ${type}, which does not accept “${first}”`,
          remediation: `Make ${name} an input of type string.`,
        },
      ]
}

/** Runs are found by title where GitHub does not answer a dispatch with the run's id. */
async function nameFaults(
  { 'run-name': runName = '' }: WorkflowFile,
  expected: ExpectedInput[],
): Promise<WorkflowFault[]> {
  const remediation = `Set run-name to the workflow’s name, a space, and \${{ inputs.${MARK_INPUT} }}.`
  if (runName === '')
    return [{ sentence: 'it has no run-name, so the bot cannot find its runs', remediation }]
  try {
    for (const inputs of examplesOf(expected)) {
      const title = await evaluateTitle(runName, inputs)
      if (hasMark(title, inputs[MARK_INPUT] ?? '')) continue
      return [
        {
          sentence: `its run-name does not contain inputs.${MARK_INPUT} as a separate word (a run would be called “${title}”), so the bot cannot find its runs`,
          remediation,
        },
      ]
    }
    return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [{ sentence: `its run-name is not an expression that GitHub accepts: ${why}`, remediation }]
  }
}

/** Each value of each input once, beside the first values of the others. */
function examplesOf(expected: ExpectedInput[]): Record<string, string>[] {
  const first = Object.fromEntries(expected.map(({ name, values: [value = ''] }) => [name, value]))
  return expected.flatMap(({ name, values }) => values.map((value) => ({ ...first, [name]: value })))
}

const words = (word: string, names: string[]): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
