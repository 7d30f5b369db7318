import type { Instant, RotationToken } from '#rotation/rotation'
import { tokenLabel } from '#rotation/scope'
import { type Check, failed, passed, unknown } from './check.ts'
import { inWords } from './in-words.ts'
import { beganBefore, stagingDeployment } from './staging-deployment.ts'

/**
 * A deployment to staging finished with success, and began after every token in scope had its new version: one that
 * began before may have taken the old tokens.
 */
export const stagingDeployed: Check = {
  id: 'staging-deployed',
  step: 'integration-verification',
  title: 'Deployed to staging',
  how: 'reads the deployment’s run in the CI',
  backs: 'smoke',
  async run(input) {
    const { tokens } = input.rotation
    const old = tokens.filter((token) => token.newVersionAt === null).map(tokenLabel)
    if (old.length > 0)
      return failed(
        `No deployment can have fresh tokens yet: ${old.slice(0, 3).join(', ')}${old.length > 3 ? ` and ${old.length - 3} more` : ''} still had the old version when last looked at`,
        'Run the checks of step 3 again; when every token has its new version, deploy to staging.',
      )
    const found = await stagingDeployment(input)
    if ('verdict' in found) return found.verdict
    const { run, evidence } = found
    if (run.startedAt === null || run.finishedAt === null)
      return {
        ...unknown(`Run ${run.runId} succeeded, but the CI does not tell when`, 'Deploy to staging again.'),
        evidence,
      }
    const newest = newestOf(tokens)
    if (newest && beganBefore(run.startedAt, newest.at))
      return failed(
        `Run ${run.runId} began at ${inWords(run.startedAt)}, before ${newest.label} got its new version at ${inWords(newest.at)}: it may have deployed the old token`,
        'Deploy to staging again.',
        evidence,
      )
    const fresh = newest ? `, after the newest token (${inWords(newest.at)})` : ''
    return passed(
      `Run ${run.runId} began at ${inWords(run.startedAt)}${fresh} and finished at ${inWords(run.finishedAt)}`,
      evidence,
    )
  },
}

/** The token that got its new version last. */
function newestOf(tokens: RotationToken[]): { label: string; at: Instant } | undefined {
  return tokens
    .flatMap((token) => (token.newVersionAt ? [{ label: tokenLabel(token), at: token.newVersionAt }] : []))
    .sort((a, b) => a.at.localeCompare(b.at))
    .at(-1)
}
