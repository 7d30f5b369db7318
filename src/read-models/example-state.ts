import { definitionsFor } from '#checks/index'
import { excerptEvidence } from '#domain/rotation/evidence'
import { openRotation } from '#domain/rotation/open-rotation'
import type { Instant, Rotation, RotationToken, Run } from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { AGENTS } from '#domain/tokens/scope'
import type { Context } from '#src/context'
import type { RotationState } from '#views/state'
import { runbookNames } from './runbook-names.ts'
import { windowsOf } from './windows.ts'

/** Slack knows nobody with these ids, and nothing of what is shown with them is sent to anybody. */
const PERSON = 'U0EXAMPLE'
const OLD_VERSION = '7f3a1c52-0000-4000-8000-000000000001'
const RUN_URL = 'https://github.com/example/agents/actions/runs/8812'

const token = (agent: string, environment: string, at: Instant): RotationToken => ({
  agent,
  environment,
  secret: `example/${environment}/${agent}`,
  owner: 'platform',
  cadenceDays: 30,
  previousVersionId: OLD_VERSION,
  previousVersionAt: at,
  newVersionId: null,
  newVersionAt: null,
  rollback: null,
})

const failedRun = (at: Instant): Run => ({
  kind: 'rotate',
  environment: null,
  system: 'ci',
  attempt: 1,
  requestedBy: PERSON,
  requestedAt: at,
  state: 'failed',
  runId: 8812,
  url: RUN_URL,
  conclusion: 'failure',
  startedAt: at,
  finishedAt: at,
  windowReason: null,
  runAttempt: 1,
  approval: null,
  adopted: null,
  target: null,
})

/** A rotation of every environment of the config, with a failed run, as far as `done` steps are complete. */
function exampleRotation({ environments }: Context['config'], done: number, at: Instant): Rotation {
  const tokens = environments.flatMap(({ name }) => AGENTS.map((agent) => token(agent, name, at)))
  const request = { id: 42, by: PERSON, at, trigger: 'manual', severity: null, reason: 'an example' } as const
  const { rotation } = openRotation({ ...request, tokens }, new Map())
  const completion = {
    by: PERSON,
    at,
    attestations: [],
    sentences: {},
    evidence: [excerptEvidence('9 of 9 passed')],
    notes: 'an example',
    checks: [],
  }
  return {
    ...rotation,
    runs: [failedRun(at)],
    steps: rotation.steps.map((step, index) => ({ ...step, completion: index < done ? completion : null })),
  }
}

/**
 * The state of an example, with the config's names, and results of every kind.
 *
 * @param done how many steps are complete
 */
export function exampleState(config: Context['config'], done: number, at: Instant): RotationState {
  const rotation = exampleRotation(config, done, at)
  const definitions = definitionsFor(rotation, config.environments)
  const results = ['passed', 'failed', 'unknown'] as const
  return {
    rotation,
    definitions,
    environments: config.environments,
    checks: definitions.map(({ id, step, title }, index) => ({
      check: id,
      step,
      title,
      state: results[index % results.length] ?? 'passed',
      sentence: '8 of 9 tokens are as they should be.',
      advice: 'Run the workflow again.',
      evidence: [{ label: 'run 8812', url: RUN_URL, digest: '' }],
      startedAt: at,
      finishedAt: at,
    })),
    running: [],
    revocations: [],
    undelivered: [],
    escalations: [],
    found: [],
    logUrl: RUN_URL,
    rotatesWith: config.rotate.with,
    watch: { watchMinutes: config.revoke['watch-minutes'], watchHours: config.revoke['watch-hours'] },
    timeZone: config.cadence['time-zone'],
    windows: windowsOf({ config }),
    runbook: runbookNames({ config }),
    approvers: {
      'devops-lead': config.people['devops-lead'],
      'ai-ops-owner': config.people['ai-ops-owner'],
    },
    digest: signOffDigest(rotation),
    permalink: RUN_URL,
  }
}
