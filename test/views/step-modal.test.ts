import { describe, expect, it } from 'vitest'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { linkEvidence } from '#domain/rotation/evidence'
import { STEP_IDS, stepDefinition } from '#domain/rotation/steps'
import { parseViewMetadata } from '#views/metadata'
import { stepModal } from '#views/step-modal'
import { viewProblems } from '../support/block-kit-checker.ts'
import { EXAMPLE_CHECKS } from '../support/example-checks.ts'
import { actionIdsOf, buttonsOf, inputsOf, wordsOf } from '../support/read-view.ts'
import {
  aCheck,
  aFoundRun,
  anException,
  aRun,
  aSignOff,
  aState,
  checksOf,
  minutesIn,
  NOW,
  names,
  nineTokens,
  RUNBOOK,
  SANDBOX,
  STAGING,
} from '../support/rotation-builder.ts'

/** No check looks at anything, so that a person is asked everything. */
const UNCHECKED = { definitions: [] }

const third = (parts: Parameters<typeof aState>[0] = {}) =>
  stepModal(aState({ ...parts, rotation: { done: 2, ...parts.rotation } }), 'rotation-execution', names, NOW)

/** Everything that steps 3 and 4 offer has run. */
const RUNS = [
  aRun(),
  aRun({ kind: 'deploy', environment: 'sandbox' }),
  aRun({ kind: 'deploy', environment: 'staging' }),
]

/** Step 3 after its workflow. */
const rotated = (parts: Parameters<typeof aState>[0] = {}) =>
  third({ ...parts, rotation: { runs: RUNS, ...parts.rotation } })

describe('an open step', () => {
  it.each(STEP_IDS)('%s has the step’s id, its number and the rotation', (step) => {
    const { number } = stepDefinition(step)
    const view = stepModal(
      aState({ rotation: { done: number - 1, runs: RUNS }, ...UNCHECKED }),
      step,
      names,
      NOW,
    )
    expect(view.callback_id).toBe(step)
    expect(view.title.text).toBe(`Step ${number} of 5 · R42`)
    expect(view.submit?.text).toBe(`Complete step ${number}`)
    const digest = attestationsDigest(attestationsOf(step, RUNBOOK))
    expect(parseViewMetadata(view.private_metadata)).toEqual({ rotation: 'R42', digest })
    expect(Object.keys(inputsOf(view))).toEqual(['attest', 'evidence', 'files', 'notes'])
  })

  it('asks for evidence and notes without requiring them, and for the attestations', () => {
    const { attest, evidence, notes } = inputsOf(rotated(UNCHECKED))
    expect([attest?.optional, evidence?.optional, notes?.optional]).toEqual([undefined, true, true])
    expect([attest, evidence, notes].map((each) => each?.element?.action_id)).toEqual([
      'attest',
      'evidence',
      'notes',
    ])
  })

  it('says plainly when nothing is verified by machine', () => {
    const words = wordsOf(stepModal(aState(), 'automation-health', names, NOW))
    expect(words).toContain('no machine checks in this step. Only you confirm it.')
  })

  it('keeps its block ids from one drawing to the next, so that what was typed stays', () => {
    const ids = (view: ReturnType<typeof third>) =>
      view.blocks.map((block) => ('block_id' in block ? block.block_id : null))
    const failed = [...checksOf('rotation-execution').slice(0, -1), aCheck('old-version-revoked', 'failed')]
    const before = rotated({ checks: failed, running: ['tags-correct'] })
    const after = rotated({ checks: failed })
    expect(ids(after)).toEqual(expect.arrayContaining(ids(before)))
    expect(ids(after)).not.toContain(undefined)
    expect(inputsOf(before)).toEqual(inputsOf(after))
    const { attest: _, ...kept } = inputsOf(after)
    expect(inputsOf(rotated({ checks: checksOf('rotation-execution') }))).toEqual(kept)
  })
})

describe('the statements of the runbook', () => {
  const asked = (view: ReturnType<typeof third>) =>
    (
      inputsOf(view).attest?.element as
        | { options?: { value: string; text: { text: string }; description?: { text: string } }[] }
        | undefined
    )?.options ?? []

  it.each(STEP_IDS)('are in full above a short tick in %s', (step) => {
    const view = stepModal(
      aState({ rotation: { done: stepDefinition(step).number - 1, runs: RUNS }, ...UNCHECKED }),
      step,
      names,
      NOW,
    )
    const words = wordsOf(view)
    for (const { sentence } of attestationsOf(step, RUNBOOK)) expect(words).toContain(`• ${sentence}`)
    expect(asked(view).map(({ value }) => value)).toEqual(attestationsOf(step, RUNBOOK).map(({ id }) => id))
    expect(JSON.stringify(view)).not.toContain('…')
  })

  it('are shown as verified where checks decided them, and not asked', () => {
    const view = rotated({ checks: checksOf('rotation-execution') })
    expect(wordsOf(view)).toContain(
      '✓ Confirm new secret version created with correct tags (env, scope, expiry). – verified by machine',
    )
    expect(Object.keys(inputsOf(view))).toEqual(['evidence', 'files', 'notes'])
  })

  it('ask for nothing untrue where a check that did not pass was overridden', () => {
    const checks = [...checksOf('rotation-execution').slice(0, -1), aCheck('old-version-revoked', 'failed')]
    expect(asked(rotated({ checks })).map(({ description }) => description?.text)).toEqual([
      '⚠ Its checks did not pass: put it right, or record a manual step first',
    ])
    const view = rotated({
      checks,
      rotation: { exceptions: [anException({ check: 'old-version-revoked' })] },
    })
    expect(asked(view).map((each) => [each.value, each.text.text, each.description?.text])).toEqual([
      [
        'revocation',
        'I go on although this is not verified; the manual step says why',
        '⚠ The approvers see that, and the manual step',
      ],
    ])
    expect(wordsOf(view)).toContain('✓ Confirm new secret version')
    expect(wordsOf(view)).toContain(
      '• Validate old token revoked or scheduled for revocation within 24 hours.',
    )
  })

  it('are asked, and marked, where no check is about them, or checks decide only a part', () => {
    const marks = (definitions: typeof EXAMPLE_CHECKS) =>
      asked(rotated({ definitions, checks: checksOf('rotation-execution') })).map(
        (each) => each.description?.text,
      )
    expect(marks(EXAMPLE_CHECKS.filter((each) => each.backs !== 'revocation'))).toEqual([
      'No check looks at this',
    ])
    expect(marks(EXAMPLE_CHECKS.map((each) => ({ ...each, partly: each.backs === 'tags' })))).toEqual([
      'The checks verify only a part of this',
    ])
  })

  it('are not asked while their checks run for the first time, and stay asked while they run again', () => {
    const running = ['new-version-current', 'tags-correct', 'old-version-revoked']
    const first = rotated({ running })
    expect(inputsOf(first).attest).toBeUndefined()
    expect(inputsOf(rotated()).attest).toBeUndefined()
    expect(wordsOf(first)).toContain(
      '· Validate old token revoked or scheduled for revocation within 24 hours. – waits for its checks',
    )
    const definitions = EXAMPLE_CHECKS.map((each) => ({ ...each, partly: each.backs === 'tags' }))
    const again = rotated({ definitions, running, checks: checksOf('rotation-execution') })
    expect(asked(again).map(({ value }) => value)).toEqual(['tags'])
  })

  it('are in full where a name from the config is as long as it may be', () => {
    const smokeCommand = `pnpm ${'<&'.repeat(97)}`
    const long = stepModal(
      aState({ rotation: { done: 3, runs: RUNS }, runbook: { ...RUNBOOK, smokeCommand } }),
      'integration-verification',
      names,
      NOW,
    )
    expect(wordsOf(long)).toContain(`• Deploy to staging with fresh tokens; run smoke test: ${smokeCommand}.`)
    expect(viewProblems(long)).toEqual([])
  })
})

describe('what the machine found', () => {
  it('has a sign, a word and a sentence for each state', () => {
    const words = wordsOf(
      third({
        checks: [
          aCheck('workflow-succeeded', 'passed', { sentence: 'Run 8812 succeeded.' }),
          aCheck('new-version-current', 'failed', { sentence: 'Still 7f3a.', advice: 'Run it again.' }),
          aCheck('tags-correct', 'unknown', { sentence: 'Access denied.' }),
        ],
        running: ['old-version-revoked'],
      }),
    )
    expect(words).toContain('✓ Workflow finished – passed: Run 8812 succeeded.')
    expect(words).toContain('✗ New version is current – failed: Still 7f3a.\n→ Run it again.')
    expect(words).toContain('? Tags are correct – not read: Access denied.')
    expect(words).toContain('… Old version revoked – checking')
    expect(words).toContain('Verified by machine · … checking now')
  })

  it('says what a check waits for in its line, without advice or a red sign', () => {
    const waiting = { sentence: 'Waiting for the new versions of 5 of 9 tokens', advice: '' }
    const words = wordsOf(third({ checks: [aCheck('tags-correct', 'unknown', waiting)] }))
    expect(words).toContain('… Tags are correct – waiting for the new versions of 5 of 9 tokens')
    expect(words).not.toContain('Tags are correct – not read')
  })

  it('says a cause that several checks have once', () => {
    const down = { sentence: 'GitHub cannot be reached', advice: 'Fix what it reports.', evidence: [] }
    const checks = ['workflow-succeeded', 'new-version-current', 'tags-correct'].map((id) =>
      aCheck(id, 'unknown', down),
    )
    const words = wordsOf(third({ checks }))
    expect(words.split('GitHub cannot be reached')).toHaveLength(2)
    expect(words.split('Fix what it reports.')).toHaveLength(2)
    expect(words).toContain('? Tags are correct – not read, for the same reason as “Workflow finished”')
  })

  it('is that of the checks that the view is given, in their order', () => {
    const renamed = EXAMPLE_CHECKS.map((each) => ({ ...each, title: `${each.title}, renamed` })).reverse()
    const added = {
      id: 'new-here',
      step: 'rotation-execution',
      title: 'New here',
      how: 'looks',
      backs: null,
    } as const
    const view = third({ definitions: [added, ...renamed], checks: [aCheck('tags-correct')] })
    const lines = wordsOf(view).split('\n')
    expect(lines.filter((line) => /renamed|New here/.test(line)).map((line) => line.split(':')[0])).toEqual([
      '· New here – not checked yet',
      '· Old version revoked, renamed – not checked yet',
      '✓ Tags are correct, renamed – passed',
      '· New version is current, renamed – not checked yet',
      '· Workflow finished, renamed – not checked yet',
    ])
  })

  it('does not show an older result as if it were the one being made', () => {
    const words = wordsOf(third({ checks: [aCheck('tags-correct')], running: ['tags-correct'] }))
    expect(words).toContain('… Tags are correct – checking')
    expect(words).not.toContain('Tags are correct – passed')
  })

  it('offers to run the checks, again once they ran, and not while they run', () => {
    const label = (view: ReturnType<typeof third>) =>
      buttonsOf(view).find((button) => button.action_id === 'run-checks')?.text?.text
    expect(label(third())).toBe('Run checks')
    expect(label(third({ checks: [aCheck('tags-correct')] }))).toBe('Run again')
    expect(label(third({ running: ['tags-correct'] }))).toBeUndefined()
  })

  it('says how old results are once they are not fresh', () => {
    const old = [aCheck('tags-correct', 'passed', { finishedAt: minutesIn(0) })]
    expect(wordsOf(third({ checks: old }))).toContain('checked 2026-11-23 09:02 UTC, 2 h ago')
  })

  it('shows the exception that overrides a failed check', () => {
    const exceptions = [anException({ check: 'tags-correct', what: 'Set the tag by hand.' })]
    const words = wordsOf(third({ rotation: { exceptions }, checks: [aCheck('tags-correct', 'failed')] }))
    expect(words).toContain('⚠ Overridden by On-call operator: Set the tag by hand.')
  })
})

describe('the rotation workflow', () => {
  const starts = (view: ReturnType<typeof third>) =>
    buttonsOf(view)
      .filter((button) => button.action_id === 'start-workflow')
      .map((button) => button.text?.text)

  it('can be started once', () => {
    expect(starts(third())).toEqual(['Start rotation workflow'])
    expect(wordsOf(third())).toContain('The rotation workflow has not been started.')
  })

  it.each(['requested', 'queued', 'running'] as const)('cannot be started again while it is %s', (state) => {
    expect(starts(third({ rotation: { runs: [aRun({ state, conclusion: null })] } }))).toEqual([])
  })

  it('shows its progress and which tokens are still on the old version', () => {
    const view = third({
      rotation: { tokens: nineTokens(7), runs: [aRun({ state: 'running', conclusion: null })] },
    })
    const words = wordsOf(view)
    expect(words).toContain('… Rotation workflow: running · run 8812')
    expect(words).toContain('7 of 9 tokens have a new version')
    expect(words).toContain('Still on the old version: evaluator/sandbox and tool-runner/sandbox')
  })

  it('is not called running before the CI shows it', () => {
    const run = aRun({ state: 'requested', runId: null, url: null, conclusion: null })
    expect(wordsOf(third({ rotation: { runs: [run] } }))).toContain('requested, not started yet')
  })

  it('can be started again after it failed, with the reason', () => {
    const view = third({ rotation: { runs: [aRun({ state: 'failed', conclusion: 'cancelled' })] } })
    expect(starts(view)).toEqual(['Start rotation workflow again'])
    expect(wordsOf(view)).toContain('✗ Rotation workflow: failed (cancelled) · run 8812')
  })

  it('is not offered again when every token is renewed', () => {
    expect(starts(third({ rotation: { tokens: nineTokens(9), runs: [aRun()] } }))).toEqual([])
    expect(starts(third({ rotation: { tokens: nineTokens(8), runs: [aRun()] } }))).toHaveLength(1)
  })
})

it('lets the integration step deploy and run the smoke test', () => {
  const view = stepModal(aState({ rotation: { done: 3 } }), 'integration-verification', names, NOW)
  expect(actionIdsOf(view)).toEqual(['deploy:sandbox', 'deploy:staging'])
  expect(wordsOf(view)).toContain('a smoke test follows its deployment by itself')
})

it('tests again only what was deployed with the new tokens', () => {
  const renewed = nineTokens().map((token) => ({ ...token, newVersionAt: minutesIn(30) }))
  const actionsAfter = (startedAt: string) => {
    const runs = [aRun(), aRun({ kind: 'deploy', environment: 'staging', startedAt })]
    const state = aState({ rotation: { done: 3, tokens: renewed, runs } })
    return actionIdsOf(stepModal(state, 'integration-verification', names, NOW))
  }
  expect(actionsAfter(minutesIn(31))).toContain('run-smoke')
  expect(actionsAfter(minutesIn(29))).not.toContain('run-smoke')
})

describe('a step whose workflows have yet to be started', () => {
  const primary = (view: ReturnType<typeof third>) => [
    ...buttonsOf(view).flatMap((each) => (each.style === 'primary' ? [each.text?.text] : [])),
    ...(view.submit ? [view.submit.text] : []),
  ]
  const fourth = (runs: ReturnType<typeof aRun>[]) =>
    stepModal(aState({ rotation: { done: 3, runs } }), 'integration-verification', names, NOW)

  it('says what comes first, and asks for nothing, also after its checks', () => {
    for (const view of [third(), third({ ...UNCHECKED })]) {
      expect(primary(view)).toEqual(['Start rotation workflow'])
      expect(inputsOf(view)).toEqual({})
      expect(wordsOf(view)).toContain('First press “Start rotation workflow”.')
    }
  })

  it('has one primary button: the next deployment, then the completion', () => {
    expect(primary(fourth([]))).toEqual(['Deploy to sandbox'])
    expect(primary(fourth(RUNS.slice(0, 2)))).toEqual(['Deploy to staging'])
    expect(primary(fourth(RUNS))).toEqual(['Complete step 4'])
  })

  it('can be completed where each check was overridden with a manual step', () => {
    const exceptions = EXAMPLE_CHECKS.map(({ id, step }) => anException({ check: id, step }))
    expect(primary(third({ rotation: { exceptions } }))).toEqual(['Complete step 3'])
  })
})

it('lets the integration step deploy only where a token is in scope, and test again in one environment', () => {
  const buttonsFor = (...scope: string[]) => {
    const tokens = nineTokens().filter((token) => scope.includes(token.environment))
    const environments = DEFAULT_ENVIRONMENTS.map((each) => ({ ...each, smoke: true }))
    const state = aState({ rotation: { done: 3, tokens, runs: RUNS }, environments })
    return actionIdsOf(stepModal(state, 'integration-verification', names, NOW))
  }
  expect(buttonsFor('sandbox', 'staging')).toEqual(['deploy:sandbox', 'run-smoke', 'deploy:staging'])
  expect(buttonsFor('staging', 'production')).toEqual(['deploy:staging', 'run-smoke'])
  expect(buttonsFor('production')).toEqual([])
})

it('has no deployment where agents read the secret while they run', () => {
  const environments = [SANDBOX, { ...STAGING, takes: 'runtime' as const }]
  const view = stepModal(
    aState({ rotation: { done: 3 }, environments }),
    'integration-verification',
    names,
    NOW,
  )
  expect(actionIdsOf(view)).toEqual(['deploy:sandbox', 'run-smoke'])
})

it('says why a step is open again', () => {
  const signOffs = [
    aSignOff({ decision: 'rejected', comment: 'Log excerpt missing', reopened: ['audit-logging'] }),
  ]
  const state = aState({ rotation: { done: 4, round: 2, signOffs } })
  expect(wordsOf(stepModal(state, 'audit-logging', names, NOW))).toContain(
    '↩ Reopened by DevOps lead: Log excerpt missing',
  )
})

describe('a step that cannot be worked on', () => {
  it('says what it waits for, and has nothing to submit', () => {
    const view = stepModal(aState({ rotation: { done: 1 } }), 'rotation-execution', names, NOW)
    expect(wordsOf(view)).toContain('It waits for step 2, Automation health.')
    expect(view.submit).toBeUndefined()
    expect(inputsOf(view)).toEqual({})
  })

  it('shows who did it, when, with what, once it is done', () => {
    const evidence = [linkEvidence('https://x.example/1', 'https://x.example/1')]
    const completions = { 'automation-health': { evidence, notes: 'Looked at it twice.' } }
    const view = stepModal(aState({ rotation: { done: 2, completions } }), 'automation-health', names, NOW)
    const words = wordsOf(view)
    expect(view.submit).toBeUndefined()
    expect(words).toContain('2 Automation health – done by On-call operator, 2026-11-23 09:22 UTC')
    expect(words).toContain(
      '☑ Verify webhook/notification to Slack #flashfusion-ai for rotation completion. – confirmed',
    )
    expect(words).toContain('https://x.example/1')
    expect(words).toContain('Looked at it twice.')
  })

  it('shows what was confirmed in the words of that time, whatever the config names now', () => {
    const runbook = { ...RUNBOOK, channel: '#agents' }
    const words = wordsOf(
      stepModal(aState({ rotation: { done: 2 }, runbook }), 'automation-health', names, NOW),
    )
    expect(words).toContain('☑ Verify webhook/notification to Slack #flashfusion-ai for')
    expect(words).not.toContain('#agents')
  })

  it('says how the rotation ended', () => {
    const state = aState({
      rotation: { status: 'aborted', closedAt: minutesIn(5), closedReason: 'by mistake' },
    })
    const words = wordsOf(stepModal(state, 'inventory-review', names, NOW))
    expect(words).toContain('R42 was aborted after 5 min: by mistake')
  })
})

describe('runs that the bot did not start', () => {
  const fourth = (found: ReturnType<typeof aFoundRun>[], done = 3) =>
    stepModal(
      aState({ rotation: { done, tokens: nineTokens(9), runs: [aRun()] }, found }),
      done === 3 ? 'integration-verification' : 'rotation-execution',
      names,
      NOW,
    )

  it('are shown with a link, who started them, and the button that adopts one', () => {
    const view = fourth([aFoundRun()])
    const words = wordsOf(view)
    expect(words).toContain('Not started by the bot')
    expect(words).toContain(
      'Deployment to staging, run 8831 (https://github.example/flashfusion/agents/actions/runs/8831): succeeded, started by octocat in GitHub (workflow_dispatch)',
    )
    expect(actionIdsOf(view)).toContain('adopt-run')
  })

  it('offer no button where none can be adopted', () => {
    const view = fourth([aFoundRun({ state: 'failed', conclusion: 'cancelled' })])
    expect(wordsOf(view)).toContain('failed (cancelled)')
    expect(actionIdsOf(view)).not.toContain('adopt-run')
  })

  it('are shown in the step that they belong to', () => {
    const rotate = aFoundRun({ kind: 'rotate', environment: null })
    expect(actionIdsOf(fourth([rotate]))).not.toContain('adopt-run')
    expect(actionIdsOf(fourth([rotate], 2))).toContain('adopt-run')
    expect(wordsOf(fourth([]))).not.toContain('Not started by the bot')
  })
})
