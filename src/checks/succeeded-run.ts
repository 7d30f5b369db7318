import { linkEvidence } from '#domain/rotation/evidence'
import { type Evidence, latestRun, type Run, type RunKind } from '#domain/rotation/rotation'
import { type CheckInput, failed, unknown, type Verdict, waitsFor } from './check.ts'

/** A successful run, or the verdict of a check that needed one. */
export type SucceededRun = { run: Run; evidence: Evidence[] } | { verdict: Verdict }

interface Words {
  /** What it is, inside a sentence. */
  run: string
  /** The advice when it failed. */
  again: string
}

/**
 * The newest run of a kind as the CI shows it now; it may have been rerun or deleted there.
 *
 * @throws NotReadable
 */
export async function succeededRun(
  { rotation, readRun }: CheckInput,
  kind: RunKind,
  environment: string | null,
  words: Words,
): Promise<SucceededRun> {
  const asked = latestRun(rotation, kind, environment ?? undefined)
  if (!asked) return { verdict: waitsFor(`${words.run}: not started yet`) }
  const run = asked.runId === null ? asked : await readAgain(asked, asked.runId, readRun)
  if (!run) return { verdict: unknown(`Run ${asked.runId} is no longer in the CI`, words.again) }
  const evidence = run.url ? [linkEvidence(`run ${run.runId}`, run.url)] : []
  if (run.state === 'succeeded') return { run, evidence }
  if (run.state === 'failed') return { verdict: failed(endWords(run), words.again, evidence) }
  return {
    verdict: { ...unknown(waitWords(run), 'Wait for it; this list updates automatically.'), evidence },
  }
}

async function readAgain(run: Run, runId: number, readRun: CheckInput['readRun']): Promise<Run | null> {
  const seen = await readRun(runId)
  if (!seen) return null
  // GitHub may move the end time of the same attempt later; the first one seen is more accurate.
  const isSameEnd = run.finishedAt !== null && seen.finishedAt !== null && run.startedAt === seen.startedAt
  return { ...run, ...seen, finishedAt: isSameEnd ? run.finishedAt : seen.finishedAt }
}

function waitWords({ system, runId, state }: Run): string {
  if (system === 'secrets-manager') return 'The secrets manager has not finished its rotation'
  if (state === 'waiting') return `Run ${runId} waits for an approval in GitHub`
  return runId === null ? 'The CI does not show the run yet' : `Run ${runId} has not ended`
}

function endWords({ system, runId, conclusion }: Run): string {
  if (system === 'secrets-manager') return `The secrets manager’s rotation: ${conclusion ?? 'no success'}`
  return runId === null
    ? `The run ${conclusion ?? 'was lost'}`
    : `Run ${runId} ended with ${conclusion ?? 'no success'}`
}
