import { excerptEvidence } from '#domain/rotation/evidence'
import type { Evidence, RotationToken } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import type { Secret, SecretReading } from '#domain/tokens/secret'
import { failed, passed, unknown, type Verdict, waitsFor } from './check.ts'

/** The token has no new version yet, which another check reports. */
export const UNROTATED = { unrotated: true } as const

/** What is wrong with a token, to follow its name; or why it could not be determined. */
export type TokenProblem = string | { undetermined: string } | typeof UNROTATED

const UNKNOWN_ADVICE = 'Fix what it reports and run the checks again, or record a manual step with proof.'

// A sentence names this many tokens; the evidence lists the rest.
const NAMED = 3
// Approvers read every line; more are only counted.
const LISTED = 50

export function excerpts(lines: string[]): Evidence[] {
  const more = lines.length - LISTED
  const shown = more > 0 ? [...lines.slice(0, LISTED), `and ${more} more`] : lines
  return shown.map(excerptEvidence)
}

export interface TokenWords {
  passed: string
  /** What the wrong ones are, after their number: `not rotated`. */
  failed?: string
  advice: string
  /** Evidence for a passing token, such as its version's id. */
  proof: (secret: Secret) => string
}

/** Without the tokens that go back to their old versions: they have no new one to be judged. */
export const rotated = <Reading extends { token: RotationToken }>(readings: Reading[]): Reading[] =>
  readings.filter(({ token }) => token.rollback === null)

/**
 * Decides a check that every token in scope must pass. A failure outweighs an unreadable token, which never
 * counts as passed.
 *
 * @param problemOf null when the token passes
 */
export function perToken(
  readings: { token: RotationToken; reading: SecretReading }[],
  problemOf: (token: RotationToken, secret: Secret) => TokenProblem | null,
  words: TokenWords,
): Verdict {
  const wrong: string[] = []
  const unread: Unread[] = []
  const unrotated: string[] = []
  for (const { token, reading } of readings) {
    if (!reading.secret)
      unread.push({ name: reading.name, problem: reading.problem ?? `${reading.name}: not read` })
    else {
      const problem = problemOf(token, reading.secret)
      if (problem === UNROTATED) unrotated.push(tokenLabel(token))
      else if (typeof problem === 'string') wrong.push(`${tokenLabel(token)} ${problem}`)
      else if (problem && 'undetermined' in problem)
        unread.push({ name: '', problem: `${tokenLabel(token)} ${problem.undetermined}` })
    }
  }
  const of = (count: number) => `${count} of ${readings.length} tokens`
  if (wrong.length > 0) {
    const lead = words.failed ? `${of(wrong.length)} ${words.failed}: ` : ''
    return failed(`${lead}${summary(wrong)}`, words.advice, excerpts(wrong))
  }
  if (unread.length > 0)
    return {
      ...unknown(summary(byReason(unread)), UNKNOWN_ADVICE),
      evidence: excerpts(unread.map(({ problem }) => problem)),
    }
  if (unrotated.length > 0) return waitsFor(`the new versions of ${of(unrotated.length)}`)
  if (readings.length === 0) return unknown('No token is in scope.', 'Abort the rotation and start it again.')
  const proofs = readings.map(({ token, reading }) =>
    reading.secret ? `${tokenLabel(token)} ${words.proof(reading.secret)}` : '',
  )
  return passed(words.passed, [excerptEvidence(oneLine(proofs))])
}

/** Why a token could not be judged; the problem of a secret begins with its name. */
interface Unread {
  name: string
  problem: string
}

/** Many secrets usually cannot be read for one reason, which is said once. */
function byReason(unread: Unread[]): string[] {
  const reasonOf = ({ name, problem }: Unread) =>
    name !== '' && problem.startsWith(`${name}: `) ? problem.slice(name.length + 2) : problem
  return [...Map.groupBy(unread, reasonOf)].map(([reason, [first, ...more]]) =>
    first && more.length > 0
      ? `${first.name} and ${more.length} more: ${reason}`
      : (first?.problem ?? reason),
  )
}

function oneLine(proofs: string[]): string {
  const more = proofs.length - LISTED
  return [...proofs.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
}

export function summary(lines: string[]): string {
  const more = lines.length - NAMED
  return lines
    .slice(0, NAMED)
    .join('; ')
    .concat(more > 0 ? `; and ${more} more` : '')
}
