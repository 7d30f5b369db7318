import { linkEvidence } from '#domain/rotation/evidence'
import { isRunning, latestRun, type Rotation } from '#domain/rotation/rotation'
import { currentVersion } from '#domain/tokens/secret'
import { type Check, type CheckInput, type Verdict, waitsFor } from './check.ts'
import { versionProblem } from './new-versions.ts'
import { perToken, rotated } from './per-token.ts'

/** Every token in scope has a current version created after the rotation began, and no pending one. */
export const newVersionCurrent: Check = {
  id: 'new-version-current',
  step: 'rotation-execution',
  title: 'New version is current',
  how: 'reads each secret’s versions',
  backs: 'tags',
  async run(input) {
    const readings = rotated(await input.readScope())
    const verdict = perToken(readings, (_, secret) => versionProblem(secret, input), {
      passed: `${readings.length} of ${readings.length} tokens have a new current version`,
      failed: 'not rotated',
      advice: 'Read the run’s log and run the workflow again, or record a manual step.',
      proof: (secret) => currentVersion(secret)?.id ?? '',
    })
    return verdict.state === 'failed' ? ofWorkflow(verdict, input) : verdict
  },
}

/** The workflow makes them: while it has not succeeded, its own check has the advice, and one cause is one red line. */
function ofWorkflow(verdict: Verdict, { rotation }: Pick<CheckInput, 'rotation'>): Verdict {
  const run = latestRun(rotation, 'rotate')
  if (!run) return isByHand(rotation) ? verdict : waitsFor('the rotation workflow')
  if (isRunning(run)) return waitsFor('the end of the rotation workflow')
  const log = run.url ? [linkEvidence(`run ${run.runId}`, run.url)] : []
  const evidence = [...log, ...(verdict.evidence ?? [])]
  if (run.state === 'failed' && !isByHand(rotation))
    return waitsFor(`a rotation workflow that succeeds: ${verdict.sentence}`, evidence)
  return { ...verdict, evidence }
}

/** A person documented that the tokens were rotated in another way. */
const isByHand = ({ exceptions }: Rotation): boolean =>
  exceptions.some(({ step }) => step === newVersionCurrent.step)
