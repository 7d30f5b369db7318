import type { DeploymentSeen } from '#domain/ports/systems'
import type { Environment } from '#domain/rotation/environments'
import { excerptEvidence, linkEvidence } from '#domain/rotation/evidence'
import { newRun } from '#domain/rotation/new-run'
import { type Instant, isRunning, latestRun, type Run } from '#domain/rotation/rotation'
import { type CheckInput, unknown, type Verdict } from './check.ts'
import { readVersions } from './read-versions.ts'
import { type SucceededRun, succeededRun } from './succeeded-run.ts'

/** The deployment that a check rests on. @param by the CI's name of who deployed, where the bot did not start it */
export type Deployment = SucceededRun & { by?: string }

/**
 * The newest deployment to an environment, when it succeeded: the bot's own run or an adopted one, else one that the CI recorded
 * and that began after the newest token.
 *
 * @throws NotReadable
 */
export async function deploymentTo(input: CheckInput, environment: Environment): Promise<Deployment> {
  const { name } = environment
  const own = await succeededRun(input, 'deploy', name, {
    run: `the deployment to ${name}`,
    again: `Read the run’s log; deploy to ${name} again, or record a manual step.`,
  })
  const { old, newest } = await readVersions(input, name)
  const asked = latestRun(input.rotation, 'deploy', name)
  if (!newest || old.length > 0 || (asked && isRunning(asked)) || isAfter(own, newest.at)) return own
  const { deployments, problem } = await input.readDeployments(environment)
  const found = deployments.find((each) => countsAs(each, asked, newest.at))
  if (found) return recorded(found)
  return problem === null
    ? own
    : withEvidence(own, `Only runs that the bot started or a person adopted count: ${problem}`)
}

const isAfter = (own: SucceededRun, at: Instant): boolean =>
  'run' in own && own.run.startedAt !== null && !beganBefore(own.run.startedAt, at)

/** A deployment that a run of the bot followed is no longer what runs there. */
const countsAs = (
  { startedAt, finishedAt, runId }: DeploymentSeen,
  asked: Run | undefined,
  newestToken: Instant,
): boolean =>
  startedAt !== null &&
  finishedAt !== null &&
  !beganBefore(startedAt, newestToken) &&
  (!asked || (asked.runId !== runId && startedAt >= asked.requestedAt))

function recorded({ environment, runId, url, startedBy, startedAt, finishedAt }: DeploymentSeen): Deployment {
  const run = newRun({
    kind: 'deploy',
    environment,
    system: 'ci',
    attempt: 0,
    requestedBy: '',
    requestedAt: startedAt ?? '',
    state: 'succeeded',
    runId,
    url,
    conclusion: 'success',
    startedAt,
    finishedAt,
  })
  const evidence = url ? [linkEvidence(`deployment by run ${runId}`, url)] : []
  return { run, evidence, by: startedBy }
}

function withEvidence(own: SucceededRun, text: string): SucceededRun {
  const note = excerptEvidence(text)
  return 'run' in own
    ? { ...own, evidence: [...own.evidence, note] }
    : { verdict: { ...own.verdict, evidence: [...(own.verdict.evidence ?? []), note] } }
}

/** The result for an environment that has no token in the rotation; null where it has one. */
export const notInScope = ({ rotation }: CheckInput, { name }: Environment): Verdict | null =>
  rotation.tokens.some((token) => token.environment === name)
    ? null
    : unknown(
        `No ${name} token is in this rotation: nothing is verified in ${name} before it is promoted`,
        'Rotate its tokens as well, or record a manual step that says how else it was verified.',
      )

/** Whether a run began before something; the CI tells whole seconds only. */
export const beganBefore = (startedAt: Instant, at: Instant): boolean => seconds(startedAt) < seconds(at)

const seconds = (at: Instant): number => Math.floor(Date.parse(at) / 1000)
