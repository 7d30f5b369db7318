import { type EnvironmentCheck, failed, passed, unknown } from './check.ts'
import { beganBefore, deploymentTo, notInScope } from './deployment.ts'
import { formatInstant } from './format-instant.ts'
import { summary } from './per-token.ts'
import { readVersions } from './read-versions.ts'

/**
 * A deployment to the environment finished with success, and began after every token there had its new version: one that
 * began before may have taken the old tokens.
 */
export const deployed: EnvironmentCheck = {
  id: 'deployed',
  title: (environment) => `Deployed to ${environment}`,
  how: 'reads the deployment’s run in the CI and each secret’s versions',
  backs: 'smoke',
  partly: true,
  concerns: ({ takes }) => takes === 'deploy',
  async run(input, environment) {
    const outOfScope = notInScope(input, environment)
    if (outOfScope) return outOfScope
    const { name } = environment
    const { old, unread, newest } = await readVersions(input, name)
    if (old.length > 0)
      return failed(
        `No deployment can have the new tokens yet: ${summary(old)}`,
        `Run the checks of step 3 again; when every token has its new version, deploy to ${name}.`,
      )
    const found = await deploymentTo(input, environment)
    if ('verdict' in found) return found.verdict
    const { run, evidence, by } = found
    const whose = by === undefined ? '' : ` (deployed by ${by}, not started by the bot)`
    if (run.startedAt === null || run.finishedAt === null)
      return {
        ...unknown(`Run ${run.runId} succeeded, but the CI does not say when`, `Deploy to ${name} again.`),
        evidence,
      }
    if (newest && beganBefore(run.startedAt, newest.at))
      return failed(
        `Run ${run.runId} began at ${formatInstant(run.startedAt)}, before ${newest.label} got its new version at ${formatInstant(newest.at)}: it may have deployed the old token`,
        `Deploy to ${name} again.`,
        evidence,
      )
    if (unread.length > 0)
      return { ...unknown(`Run ${run.runId} succeeded, but ${summary(unread)}`, RESTORE), evidence }
    const fresh = newest ? `, after the newest token (${formatInstant(newest.at)})` : ''
    return passed(
      `Run ${run.runId}${whose} began at ${formatInstant(run.startedAt)}${fresh} and finished at ${formatInstant(run.finishedAt)}`,
      evidence,
    )
  },
}

const RESTORE = 'Restore access to what it names, then run the checks again.'
