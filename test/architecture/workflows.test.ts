import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findWorkflowFaults } from '#doctor/workflow-file'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { REVOKERS, type RunKind } from '#domain/rotation/rotation'
import { expectedInputs } from '#domain/rotation/workflow-inputs'

// The parser imports its schema in a way that only a bundler accepts.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
)

const FOLDER = fileURLToPath(new URL('../../docs/workflows', import.meta.url))

const KINDS: Record<string, RunKind> = {
  'agents-rotate-tokens.yml': 'rotate',
  'agents-orchestrate.yml': 'deploy',
  'agents-simulate.yml': 'smoke',
  'agents-revoke-tokens.yml': 'revoke',
}
const SETTINGS = { environments: DEFAULT_ENVIRONMENTS.map((each) => each.name), revoker: 'bot' } as const

interface Step {
  run?: string
  uses?: string
  with?: Record<string, unknown>
}

interface Workflow {
  permissions: Record<string, string>
  concurrency: Record<string, unknown>
  on: { workflow_dispatch: { inputs: Record<string, unknown> } }
  jobs: Record<string, { permissions?: unknown; steps: Step[] }>
}

const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8')
const stepsOf = (file: string): Step[] => {
  const workflow: Workflow = parse(read(file))
  return Object.values(workflow.jobs).flatMap((job) => job.steps)
}

/** The errors of GitHub's own parser. */
async function errorsIn(content: string): Promise<string[]> {
  const result = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
  if (result.value) {
    const template = await convertWorkflowTemplate(result.context, result.value)
    return [...result.context.errors.getErrors(), ...(template.errors ?? [])].map((each) =>
      'Message' in each ? each.Message : each.message,
    )
  }
  return result.context.errors.getErrors().map((each) => each.message)
}

describe('the workflows to copy', () => {
  it('are those of the four kinds of runs', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(['README.md', ...Object.keys(KINDS)].sort())
  })

  it('would not pass with an error', async () => {
    const text = read('agents-simulate.yml')
    expect(await errorsIn(text.replace('runs-on:', 'runs-at:'))).not.toEqual([])
    expect(await errorsIn(text.replace('inputs.suite }}', 'inputs.suite'))).not.toEqual([])
  })
})

describe.each(Object.entries(KINDS))('%s', (file, kind) => {
  it('is without errors for GitHub', async () => {
    expect(await errorsIn(read(file))).toEqual([])
  })

  it('takes the inputs that the bot sends, and its runs are found', async () => {
    const { inputs } = (parse(read(file)) as Workflow).on.workflow_dispatch
    expect(Object.keys(inputs).sort()).toEqual(
      expectedInputs(kind, SETTINGS)
        .map((each) => each.name)
        .sort(),
    )
    for (const revoker of REVOKERS)
      expect(await findWorkflowFaults(kind, read(file), { ...SETTINGS, revoker })).toEqual([])
  })

  it('asks for the least, and runs one at a time', () => {
    const { permissions, concurrency } = parse(read(file)) as Workflow
    expect(permissions).toMatchObject({ contents: 'read' })
    expect(
      Object.keys(permissions).filter((each) => !['contents', 'id-token', 'deployments'].includes(each)),
    ).toEqual([])
    expect(concurrency).toMatchObject({ 'cancel-in-progress': false, queue: 'max' })
  })

  it('puts no input into a script, and each script is one that bash reads', () => {
    const scripts = stepsOf(file).flatMap((step) => step.run ?? [])
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) {
      expect(script).not.toContain('${{')
      expect(script).toMatch(/^set -euo pipefail\n/)
      expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('')
    }
  })

  it('fails with a sentence until its script is written', () => {
    expect(read(file)).toMatch(
      /test -x scripts\/[\w-]+ \\\n\s+\|\| \{ echo "::error::scripts\/[\w-]+ is missing: write it/,
    )
  })
})
