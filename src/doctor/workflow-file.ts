import { parse } from 'yaml'
import { z } from 'zod'
import type { RunKind } from '#domain/rotation/rotation'
import { carriesMark } from '#domain/rotation/runs'
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

/** Something in a workflow's file for which GitHub refuses a dispatch, or by which its run is never found. */
export interface WorkflowFault {
  saw: string
  remediation: string
}

/** What is wrong with a workflow's file for the bot that starts it. */
export function findWorkflowFaults(kind: RunKind, text: string): WorkflowFault[] {
  const file = read(text)
  if (!file)
    return [
      {
        saw: 'its file is no workflow that can be read',
        remediation: 'Mend the YAML of the file on the branch.',
      },
    ]
  const inputs = dispatchInputs(file)
  if (!inputs)
    return [
      {
        saw: 'it cannot be started by hand: it has no workflow_dispatch',
        remediation: 'Give it on.workflow_dispatch with the inputs that the README names.',
      },
    ]
  return [...inputFaults(kind, inputs), ...nameFaults(file)]
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

function inputFaults(kind: RunKind, inputs: Inputs): WorkflowFault[] {
  const expected = expectedInputs(kind)
  const lacking = expected.filter(({ name }) => !Object.hasOwn(inputs, name)).map(({ name }) => name)
  const sent = new Set(expected.map(({ name }) => name))
  const wanting = Object.entries(inputs).flatMap(([name, input]) =>
    input?.required && !sent.has(name) && (input.default ?? '') === '' ? [name] : [],
  )
  const barred = expected.filter(({ name, value }) => {
    const options = inputs[name]?.options
    return value !== null && options !== undefined && !options.includes(value)
  })
  return [
    ...(lacking.length > 0
      ? [
          {
            saw: `it does not declare the ${words('input', lacking)}, so GitHub refuses to start it`,
            remediation: `Declare ${lacking.join(', ')} under on.workflow_dispatch.inputs.`,
          },
        ]
      : []),
    ...(wanting.length > 0
      ? [
          {
            saw: `it requires the ${words('input', wanting)}, which the bot does not give`,
            remediation: `Give ${wanting.join(', ')} a default, or take it away.`,
          },
        ]
      : []),
    ...barred.map(({ name, value }) => ({
      saw: `its input ${name} does not take “${value}”`,
      remediation: `Add ${value} to the options of ${name}.`,
    })),
  ]
}

const EXAMPLE_MARK = 'R42'
const MARK = new RegExp(`\\$\\{\\{(?:(?!\\}\\}).)*\\binputs\\.${MARK_INPUT}\\b.*?\\}\\}`, 'g')

/** A run is found by its title alone: a dispatch is answered without the run's number. */
function nameFaults({ 'run-name': runName = '' }: WorkflowFile): WorkflowFault[] {
  const title = runName.replace(MARK, EXAMPLE_MARK).replace(/\$\{\{.*?\}\}/g, '…')
  if (carriesMark(title, EXAMPLE_MARK)) return []
  return [
    {
      saw: runName
        ? `its run-name does not carry inputs.${MARK_INPUT} as a word of its own, so the bot never finds its runs`
        : 'it has no run-name, so the bot never finds its runs',
      remediation: `Set run-name to its name, a blank, and \${{ inputs.${MARK_INPUT} }}.`,
    },
  ]
}

const words = (word: string, names: string[]): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`
