import type { Instant } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { currentVersion } from '#domain/tokens/secret'
import { type Check, type CheckInput, failed, passed, unknown } from './check.ts'
import { formatInstant } from './format-instant.ts'
import { summary } from './per-token.ts'
import { beganBefore, stagingDeployment } from './staging-deployment.ts'

/**
 * A deployment to staging succeeded and began after every token in scope had its new version; an earlier one
 * may have used old tokens.
 */
export const stagingDeployed: Check = {
  id: 'staging-deployed',
  step: 'integration-verification',
  title: 'Deployed to staging',
  how: 'reads the deployment’s run in the CI and each secret’s versions',
  backs: 'smoke',
  async run(input) {
    const { old, unread, newest } = await readVersions(input)
    if (old.length > 0)
      return failed(
        `No deployment can have the new tokens yet: ${summary(old)}`,
        'Run the checks of step 3 again; when every token has its new version, deploy to staging.',
      )
    const found = await stagingDeployment(input)
    if ('verdict' in found) return found.verdict
    const { run, evidence } = found
    if (run.startedAt === null || run.finishedAt === null)
      return {
        ...unknown(`Run ${run.runId} succeeded, but the CI does not say when`, 'Deploy to staging again.'),
        evidence,
      }
    if (newest && beganBefore(run.startedAt, newest.at))
      return failed(
        `Run ${run.runId} began at ${formatInstant(run.startedAt)}, before ${newest.label} got its new version at ${formatInstant(newest.at)}: it may have deployed the old token`,
        'Deploy to staging again.',
        evidence,
      )
    if (unread.length > 0)
      return { ...unknown(`Run ${run.runId} succeeded, but ${summary(unread)}`, RESTORE), evidence }
    const fresh = newest ? `, after the newest token (${formatInstant(newest.at)})` : ''
    return passed(
      `Run ${run.runId} began at ${formatInstant(run.startedAt)}${fresh} and finished at ${formatInstant(run.finishedAt)}`,
      evidence,
    )
  },
}

const RESTORE = 'Restore access to what it names, then run the checks again.'

/** Current versions: a token may have been rotated again or rolled back since step 3. */
async function readVersions({ rotation, readScope }: CheckInput) {
  const old: string[] = []
  const unread: string[] = []
  const fresh: { label: string; at: Instant }[] = []
  for (const { token, reading } of await readScope()) {
    const label = tokenLabel(token)
    if (!reading.secret) unread.push(reading.problem ?? `${label}: not read`)
    else {
      const at = currentVersion(reading.secret)?.createdAt
      if (at === undefined) old.push(`${label} has no current version`)
      else if (at < rotation.openedAt) old.push(`${label} has its old version`)
      else fresh.push({ label, at })
    }
  }
  const newest = fresh.sort((a, b) => a.at.localeCompare(b.at)).at(-1)
  return { old, unread, newest }
}
