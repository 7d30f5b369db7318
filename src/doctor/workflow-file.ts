import { parse } from 'yaml'
import { z } from 'zod'
import type { RunKind } from '#domain/rotation/rotation'
import { hasMark } from '#domain/rotation/runs'
import { expectedInputs, MARK_INPUT } from '#domain/rotation/workflow-inputs'

const inputSchema = z
  .object({
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
type Inputs = Record<string, z.output<typeof inputSchema>>

/** A reason why GitHub refuses a dispatch, or the bot cannot find the run. */
export interface WorkflowFault {
  sentence: string
  remediation: string
}

/**
 * The problems of a workflow's file for a bot that starts it.
 *
 * @param environments names of those that the bot starts it for
 */
export function findWorkflowFaults(
  kind: RunKind,
  text: string,
  environments: readonly string[],
): WorkflowFault[] {
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
  return [...inputFaults(expectedInputs(kind, environments), inputs), ...nameFaults(file)]
}

function read(text: string): WorkflowFile | null {
  try {
    return fileSchema.safeParse(parse(text)).data ?? null
  } catch {
    return null
  }
}

function dispatchInputs({ on }: WorkflowFile): Inputs | null {
  if (typeof on === 'string' || Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : null
  return 'workflow_dispatch' in on ? (on.workflow_dispatch?.inputs ?? {}) : null
}

function inputFaults(expected: ReturnType<typeof expectedInputs>, inputs: Inputs): WorkflowFault[] {
  const lacking = expected.filter(({ name }) => !Object.hasOwn(inputs, name)).map(({ name }) => name)
  const sent = new Set(expected.map(({ name }) => name))
  const wanting = Object.entries(inputs).flatMap(([name, input]) =>
    input?.required && !sent.has(name) && (input.default ?? '') === '' ? [name] : [],
  )
  const barred = expected.flatMap(({ name, values }) => {
    const options = inputs[name]?.options
    return values.filter((value) => options && !options.includes(value)).map((value) => ({ name, value }))
  })
  return [
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
    ...barred.map(({ name, value }) => ({
      sentence: `its input ${name} does not accept “${value}”`,
      remediation: `Add ${value} to the options of ${name}.`,
    })),
  ]
}

const EXAMPLE_MARK = 'R42'
const MARK = new RegExp(`\\$\\{\\{(?:(?!\\}\\}).)*\\binputs\\.${MARK_INPUT}\\b.*?\\}\\}`, 'g')

/** Runs are found by title: a dispatch does not return the run's id. */
function nameFaults({ 'run-name': runName = '' }: WorkflowFile): WorkflowFault[] {
  const title = runName.replace(MARK, EXAMPLE_MARK).replace(/\$\{\{.*?\}\}/g, '…')
  if (hasMark(title, EXAMPLE_MARK)) return []
  return [
    {
      sentence: runName
        ? `its run-name does not contain inputs.${MARK_INPUT} as a separate word, so the bot cannot find its runs`
        : 'it has no run-name, so the bot cannot find its runs',
      remediation: `Set run-name to the workflow’s name, a space, and \${{ inputs.${MARK_INPUT} }}.`,
    },
  ]
}

const words = (word: string, names: string[]): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
