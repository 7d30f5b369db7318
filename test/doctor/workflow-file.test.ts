import { describe, expect, it } from 'vitest'
import { findWorkflowFaults } from '#doctor/workflow-file'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import type { Revoker, RunKind } from '#domain/rotation/rotation'
import { WORKFLOW_FILES } from '#sandbox/github/seed-workflows'

const FILE = WORKFLOW_FILES['.github/workflows/agents-rotate-tokens.yml'] ?? ''
const ALL = DEFAULT_ENVIRONMENTS.map((each) => each.name)

const of = (environments: readonly string[], revoker: Revoker = 'bot') => ({ environments, revoker })
const faults = async (text: string, revoker: Revoker = 'workflow', kind: RunKind = 'rotate') =>
  (await findWorkflowFaults(kind, text, of(['staging', 'production'], revoker))).map(
    ({ sentence, remediation }) => `${sentence} → ${remediation}`,
  )

describe('a workflow’s file', () => {
  it('of the sandbox is in order', async () => {
    expect(FILE).toContain('workflow_dispatch')
    const kinds = {
      'agents-rotate-tokens.yml': 'rotate',
      'agents-orchestrate.yml': 'deploy',
      'agents-simulate.yml': 'smoke',
    } as const
    for (const [file, kind] of Object.entries(kinds))
      expect(
        await findWorkflowFaults(kind, WORKFLOW_FILES[`.github/workflows/${file}`] ?? '', of(ALL)),
      ).toEqual([])
  })

  it.each([
    [
      'another input that is required',
      FILE.replace('inputs:', 'inputs:\n      why:\n        required: true'),
      /requires the input why, which the bot does not send → Give why a default/,
    ],
    [
      'an input that is not declared',
      FILE.replace('revoke_within_hours:', 'revoke_hours:'),
      /does not declare the input revoke_within_hours.*→ Declare revoke_within_hours/,
    ],
    [
      'no inputs at all',
      `run-name: x \${{ inputs.rotation }}\non: [push, workflow_dispatch]`,
      /does not declare the inputs rotation, secrets, revoke_within_hours/,
    ],
    ['no dispatch', FILE.replace('workflow_dispatch', 'workflow_call'), /has no workflow_dispatch/],
    ['no run-name', FILE.replace(/^run-name.*\n/m, ''), /it has no run-name.* → Set run-name/],
    [
      'a run-name without the rotation',
      FILE.replace('inputs.rotation', 'inputs.secrets'),
      /its run-name does not contain inputs.rotation/,
    ],
    [
      'a run-name that glues it to another word',
      FILE.replace(`rotate-tokens \${{`, `rotate-tokens-\${{`),
      /as a separate word/,
    ],
    ['broken YAML', 'on: [unfinished', /not a readable workflow/],
  ])('with %s', async (_, text, expected) => {
    expect(await faults(text)).toEqual([expect.stringMatching(expected)])
  })

  it.each([
    `\${{ github.event.inputs.rotation }} by hand`,
    `\${{ format('{0} now', inputs.rotation) }} x`,
    `\${{ format('Rotate [{0}]', inputs.rotation) }}`,
    `Rotate (\${{ github.event_name == 'workflow_dispatch' && inputs.rotation || 'by schedule' }})`,
    `\${{ join(fromJSON('["a}}","b"]'), ' ') }} \${{ inputs['rotation'] }}.`,
    `\${{ inputs.rotation || github.run_id }}`,
    `x \${{inputs.rotation}}`,
  ])('may name its runs %s', async (name) => {
    expect(await faults(FILE.replace(/^run-name.*$/m, `run-name: ${JSON.stringify(name)}`))).toEqual([])
  })

  it.each([
    [`\${{ format('Rotate-{0}', inputs.rotation) }}`, 'would be called “Rotate-R42”'],
    [`\${{ inputs.revoke_within_hours == '0' && 'now' || inputs.rotation }}`, 'would be called “now”'],
    [`\${{ 'inputs.rotation' }}`, 'would be called “inputs.rotation”'],
    [`\${{ inputs.rotations }}`, 'would be called “”'],
    [`\${{ inputs.rotation`, 'would be called'],
    [`\${{ upper(inputs.rotation) }}`, 'not an expression that GitHub accepts: Unrecognized function'],
    [`\${{ env.ROTATION }}`, 'not an expression that GitHub accepts: Unrecognized named-value'],
  ])('may not name its runs %s', async (name, words) => {
    const found = await faults(FILE.replace(/^run-name.*$/m, `run-name: ${JSON.stringify(name)}`))
    expect(found).toEqual([expect.stringContaining(words)])
  })

  const hours = (input: string) =>
    FILE.replace(/ {6}revoke_within_hours:\n(?: {8}.*\n)+/, `      revoke_within_hours:\n        ${input}\n`)
  const rotation = (input: string) =>
    FILE.replace(/ {6}rotation:\n(?: {8}.*\n)+/, `      rotation:\n        ${input}\n`)

  it.each<[string, string, Revoker, string | null]>([
    [
      'a choice without what an incident sends',
      hours("{ type: choice, options: ['24', '48'] }"),
      'workflow',
      'does not accept “0”',
    ],
    ['a choice of numbers', hours('{ type: choice, options: [0, 24] }'), 'workflow', null],
    [
      'a choice without what the bot sends',
      hours("{ type: choice, options: ['24', '0'] }"),
      'bot',
      'does not accept “never”',
    ],
    ['a number', hours('{ type: number }'), 'workflow', null],
    [
      'a number that is a word',
      hours('{ type: number }'),
      'bot',
      'of the type number, which does not accept “never”',
    ],
    ['a boolean', hours('{ type: boolean }'), 'workflow', 'of the type boolean, which does not accept “24”'],
    [
      'an environment',
      rotation('{ type: environment }'),
      'workflow',
      'of the type environment, which does not accept “R42”',
    ],
    [
      'a choice of rotations',
      rotation('{ type: choice, options: [R1, R2] }'),
      'workflow',
      'of the type choice, which does not accept “R42”',
    ],
    [
      'an unknown type',
      rotation('{ type: text }'),
      'workflow',
      'of the type text, which GitHub does not know',
    ],
  ])('declares an input as %s', async (_, text, revoker, words) => {
    expect(text).not.toBe(FILE)
    expect(await faults(text, revoker)).toEqual(words === null ? [] : [expect.stringContaining(words)])
  })

  it('declares no more inputs than GitHub takes', async () => {
    const others = Array.from({ length: 25 }, (_, index) => `      other_${index}: {}\n`).join('')
    expect(await faults(FILE.replace('    inputs:\n', `    inputs:\n${others}`))).toEqual([
      expect.stringContaining('it declares 28 inputs, and GitHub takes 25 at most'),
    ])
  })

  it('must take what the bot always gives', async () => {
    const deploy = WORKFLOW_FILES['.github/workflows/agents-orchestrate.yml'] ?? ''
    const narrowed = deploy.replace(/options: \[.*\]/, 'options: [production]')
    expect(narrowed).not.toBe(deploy)
    expect(await findWorkflowFaults('deploy', narrowed, of(['staging', 'production']))).toEqual([
      {
        sentence: 'its input environment does not accept “staging”',
        remediation: 'Add staging to the options of environment.',
      },
    ])
    expect((await findWorkflowFaults('deploy', narrowed, of(ALL))).map(({ sentence }) => sentence)).toEqual([
      'its input environment does not accept “sandbox”',
      'its input environment does not accept “staging”',
    ])
    expect(await findWorkflowFaults('deploy', narrowed, of(['production']))).toEqual([])
  })
})
