import { type Revocation, toOldVersion } from '#domain/revocations/revocation'
import { currentVersion, type Secret, type SecretVersion } from '#domain/tokens/secret'
import type { Decision } from './decision.ts'
import { BOT_ACTOR } from './events.ts'
import { revocationRuns } from './request-revocation.ts'
import type { Instant, Rotation, RotationToken, Run } from './rotation.ts'

/** Before and after the versions of a reading were noted. */
interface Observed {
  before: Rotation
  after: Rotation
}

/**
 * Notes which old versions became current again: from then on they are what the environment must run on, and the versions that
 * they replaced are the old ones.
 *
 * @param rows every version that the rotation replaced
 */
export function observeRollbacks(
  { before, after }: Observed,
  secrets: Secret[],
  rows: Revocation[],
  now: Instant,
): Decision & { updated: Revocation[] } {
  const done = after.tokens.flatMap((token) => {
    const was = before.tokens.find((each) => each.secret === token.secret)
    const secret = secrets.find((each) => each.name === token.secret)
    const current = secret && currentVersion(secret)
    if (!was || !current || token.rollback?.currentAt !== null) return []
    const run = madeCurrentBy(after, token.secret, token.rollback.to)
    if (!isBack(was, current, run)) return []
    const currentAt = run?.finishedAt ?? now
    return [{ token: swapped(was, current, currentAt), to: token.rollback.to }]
  })
  if (done.length === 0) return { rotation: after, events: [], updated: [] }
  const updated = rows
    .filter((row) => done.some(({ token, to }) => token.secret === row.secret && to === row.versionId))
    .map(
      (row): Revocation => ({
        ...row,
        state: 'rolled-back',
        resolvedAt: now,
        resolvedBy: BOT_ACTOR,
        proof: 'it is the current version again',
        stage: null,
        stageNote: null,
      }),
    )
  return {
    rotation: {
      ...after,
      tokens: after.tokens.map(
        (token) => done.find((each) => each.token.secret === token.secret)?.token ?? token,
      ),
    },
    events: [
      {
        type: 'rolled-back',
        rotationId: after.id,
        actor: BOT_ACTOR,
        at: now,
        data: { versions: updated.map(toOldVersion) },
      },
    ],
    updated,
  }
}

const madeCurrentBy = (rotation: Rotation, secret: string, versionId: string): Run | undefined =>
  revocationRuns(rotation, { secret, versionId }).findLast(
    (run) => run.target?.mode === 'make-current' && run.state === 'succeeded',
  )

/** The version itself, or a copy of it where the newest version is always the current one. */
function isBack({ rollback, newVersionId }: RotationToken, current: SecretVersion, run?: Run): boolean {
  if (current.id === rollback?.to) return true
  const began = run?.startedAt ?? run?.requestedAt
  return (
    began !== undefined && current.id !== newVersionId && current.createdAt.slice(0, 19) >= began.slice(0, 19)
  )
}

const swapped = (was: RotationToken, current: SecretVersion, currentAt: Instant): RotationToken => ({
  ...was,
  previousVersionId: was.newVersionId,
  previousVersionAt: was.newVersionAt,
  newVersionId: current.id,
  newVersionAt: current.createdAt,
  rollback: was.rollback && { ...was.rollback, currentAt },
})
