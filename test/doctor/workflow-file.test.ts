import { describe, expect, it } from 'vitest'
import { findWorkflowFaults } from '#doctor/workflow-file'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { WORKFLOW_FILES } from '#sandbox/github/seed-workflows'

const FILE = WORKFLOW_FILES['.github/workflows/agents-rotate-tokens.yml'] ?? ''
const ALL = DEFAULT_ENVIRONMENTS.map((each) => each.name)

const faults = (text: string) =>
  findWorkflowFaults('rotate', text, []).map(({ sentence, remediation }) => `${sentence} → ${remediation}`)

describe('a workflow’s file', () => {
  it('of the sandbox is in order', () => {
    expect(FILE).toContain('workflow_dispatch')
    const kinds = {
      'agents-rotate-tokens.yml': 'rotate',
      'agents-orchestrate.yml': 'deploy',
      'agents-simulate.yml': 'smoke',
    } as const
    for (const [file, kind] of Object.entries(kinds))
      expect(findWorkflowFaults(kind, WORKFLOW_FILES[`.github/workflows/${file}`] ?? '', ALL)).toEqual([])
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
  ])('with %s', (_, text, expected) => {
    expect(faults(text)).toEqual([expect.stringMatching(expected)])
  })

  it.each([
    `\${{ github.event.inputs.rotation }} by hand`,
    `\${{ format('{0} now', inputs.rotation) }} x`,
    `x \${{inputs.rotation}}`,
  ])('may name its runs %s', (name) => {
    expect(faults(FILE.replace(/^run-name.*$/m, `run-name: "${name}"`))).toEqual([])
  })

  it('must take what the bot always gives', () => {
    const deploy = WORKFLOW_FILES['.github/workflows/agents-orchestrate.yml'] ?? ''
    const narrowed = deploy.replace(/options: \[.*\]/, 'options: [production]')
    expect(narrowed).not.toBe(deploy)
    expect(findWorkflowFaults('deploy', narrowed, ['staging', 'production'])).toEqual([
      {
        sentence: 'its input environment does not accept “staging”',
        remediation: 'Add staging to the options of environment.',
      },
    ])
    expect(findWorkflowFaults('deploy', narrowed, ALL).map(({ sentence }) => sentence)).toEqual([
      'its input environment does not accept “sandbox”',
      'its input environment does not accept “staging”',
    ])
    expect(findWorkflowFaults('deploy', narrowed, ['production'])).toEqual([])
  })
})
