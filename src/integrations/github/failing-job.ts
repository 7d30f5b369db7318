import type { FailingJob } from '#domain/ports/systems'
import { failingLines, LONGEST_LINE } from '#domain/rotation/failing-lines'
import { NotReadable } from '#domain/tokens/secret'
import { censor } from '#redaction/censor'
import { errorText, redact } from '#redaction/error-text'
import { recognizeCredential } from '#redaction/find-credential'
import { REDACTED } from '#redaction/redactor'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'

const LOG_MS = 15_000
/** Of a longer log only the end is kept in memory. */
const KEPT_BYTES = 256_000
/** A log that is longer than this is not read to its end. */
const MOST_BYTES = 50_000_000
const FAILED: readonly (string | null)[] = ['failure', 'timed_out', 'cancelled', 'startup_failure']

/** The first failed job of a run's attempt with the end of its log, without credentials. @throws NotReadable */
export async function readFailingJob(
  client: GithubClient,
  { owner, repo }: GithubTarget,
  runId: number,
  attempt: number,
): Promise<FailingJob> {
  const what = `The log of run ${runId}`
  const job = await fromGithub(`The jobs of run ${runId}`, async () => {
    const { data } = await client.rest.actions.listJobsForWorkflowRunAttempt({
      owner,
      repo,
      run_id: runId,
      attempt_number: attempt,
      per_page: 100,
    })
    return data.jobs.find(({ conclusion }) => FAILED.includes(conclusion))
  })
  if (!job) throw new NotReadable(`${what}: GitHub shows no failed job in it; open the run there`)
  const address = await fromGithub(what, () => findLog(client, { owner, repo, job_id: job.id }))
  if (address === null)
    throw new NotReadable(`${what}: GitHub has no log of it any more, or none yet; open the run there`)
  const lines = failingLines(await readEnd(what, address))
  if (lines.length === 0) throw new NotReadable(`${what}: it is empty; open the run there`)
  return { name: censor(job.name), url: censor(job.html_url ?? ''), lines: withoutCredentials(what, lines) }
}

/** GitHub answers with the address of the log, which needs no token; null where there is none. */
async function findLog(
  client: GithubClient,
  job: { owner: string; repo: string; job_id: number },
): Promise<string | null> {
  try {
    await client.rest.actions.downloadJobLogsForWorkflowRun({ ...job, request: { redirect: 'manual' } })
  } catch (error) {
    const status = statusOf(error)
    if (status === 404 || status === 410) return null
    const { location } = (error as { response?: { headers?: { location?: string } } }).response?.headers ?? {}
    if (status === 302 && location) return location
    throw error
  }
  return null
}

async function readEnd(what: string, address: string): Promise<string> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(LOG_MS) })
    if (!answer.ok) throw new NotReadable(`${what}: the storage of GitHub’s logs answered ${answer.status}`)
    let end = Buffer.alloc(0)
    let read = 0
    for await (const part of answer.body ?? []) {
      read += part.length
      if (read > MOST_BYTES) throw new NotReadable(`${what}: it is longer than 50 MB; open the run there`)
      end = Buffer.concat([end, part]).subarray(-KEPT_BYTES)
    }
    return end.toString()
  } catch (error) {
    if (error instanceof NotReadable) throw error
    const isSlow = error instanceof Error && error.name === 'TimeoutError'
    throw new NotReadable(`${what}: ${isSlow ? 'it did not arrive in 15 s' : errorText(error)}`, {
      cause: error,
    })
  }
}

/** Each line alone, and all of them together, because a key may go over several lines. @throws NotReadable */
function withoutCredentials(what: string, lines: string[]): string[] {
  const clean = lines.map((line) => censor(redact(line)))
  if (recognizeCredential(clean.join('\n').replaceAll(REDACTED, '')))
    throw new NotReadable(
      `${what}: its failing lines have what looks like a credential over several lines, so they are not quoted; revoke it if it is real, and open the run there`,
    )
  // Cut after redaction: a part of a secret is harder to recognize.
  return clean.map((line) =>
    line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1).toWellFormed()}…` : line,
  )
}
