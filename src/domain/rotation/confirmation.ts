import type { ConfirmationProblem } from './confirmation-problem.ts'
import type { NewEvent, RotationEvent } from './events.ts'
import { approvals, type Instant, ROLES, type Role, type Rotation } from './rotation.ts'

/** A signature that was given in Slack, and counts once the approver has commented its digest on the ticket. */
export interface PendingConfirmation {
  role: Role
  by: string
  /** On whose behalf; null when the person holds the role. */
  delegateOf: string | null
  digest: string
  comment: string
  /** The approver's account on GitHub. */
  login: string
  at: Instant
  /** What was wrong with the newest comment that did not count. */
  problem: { why: ConfirmationProblem; login: string } | null
}

/** A comment on the ticket as the tracker has it. */
export interface SeenComment {
  login: string
  body: string
  createdAt: Instant
  updatedAt: Instant
  url: string
}

/** The signatures that wait for a comment, from the rotation's events. @param digest of what can be signed now */
export function pendingConfirmations(
  rotation: Rotation,
  digest: string,
  events: readonly (RotationEvent | NewEvent)[],
): PendingConfirmation[] {
  if (rotation.status !== 'open') return []
  const signed = approvals(rotation).map((each) => each.role)
  return ROLES.filter((role) => !signed.includes(role)).flatMap((role) => {
    const own = events.filter(
      (event) =>
        (event.type === 'confirmation-requested' || event.type === 'confirmation-refused') &&
        event.data.role === role,
    )
    const requested = own.findLast((event) => event.type === 'confirmation-requested')
    if (requested?.type !== 'confirmation-requested') return []
    const { data, actor: by, at } = requested
    if (data.digest !== digest || data.round !== rotation.round) return []
    const refused = own
      .slice(own.lastIndexOf(requested))
      .findLast((event) => event.type === 'confirmation-refused')
    const problem =
      refused?.type === 'confirmation-refused' ? { why: refused.data.why, login: refused.data.login } : null
    // Has to be asked for again.
    if (problem?.why === 'outdated' || problem?.why === 'role-lost') return []
    const { comment, login, delegateOf = null } = data
    return [{ role, by, delegateOf, digest, comment, login, at, problem }]
  })
}

const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** A digest alone, also as code. */
const contentOf = ({ body }: SeenComment): string =>
  body
    .trim()
    .replace(/^`(.*)`$/s, '$1')
    .trim()

/** What is wrong with something that was meant as a digest; null for any other comment. */
function attemptIn(content: string, digest: string): ConfirmationProblem | null {
  if (/^[0-9a-f]{8,100}$/i.test(content)) return 'wrong-digest'
  if (content.includes(digest)) return 'not-alone'
  return /[0-9a-f]{60}/i.test(content) ? 'wrong-digest' : null
}

/** Times of the tracker are in whole seconds. */
const isBefore = ({ createdAt }: SeenComment, at: Instant): boolean =>
  Math.floor(Date.parse(createdAt) / 1_000) < Math.floor(Date.parse(at) / 1_000)

const isLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export type ConfirmationVerdict =
  | { confirmed: SeenComment }
  | { problem: { why: ConfirmationProblem; comment: SeenComment } }
  | null

/**
 * What the comments on the ticket say of a signature: the first one by the approver's account with exactly the digest, not older than
 * the form that showed it, and not edited since, confirms it. Null where no comment is about it.
 *
 * @param shownAt when the form was shown
 * @param others accounts of the other role's approvers, who comment the same digest
 */
export function judgeComments(
  pending: Pick<PendingConfirmation, 'digest' | 'login'>,
  shownAt: Instant,
  comments: readonly SeenComment[],
  others: readonly string[] = [],
): ConfirmationVerdict {
  const problemOf = (comment: SeenComment): ConfirmationProblem | 'none' | null => {
    const content = contentOf(comment)
    const isOwn = isLogin(comment.login, pending.login)
    if (!isDigest(content))
      return isOwn && !isBefore(comment, shownAt) ? attemptIn(content, pending.digest) : null
    if (!isOwn && (content !== pending.digest || others.some((each) => isLogin(each, comment.login))))
      return null
    if (!isOwn) return 'wrong-login'
    // An earlier round's, or of another rotation.
    if (isBefore(comment, shownAt)) return content === pending.digest ? 'too-early' : null
    if (comment.createdAt !== comment.updatedAt) return 'edited'
    return content === pending.digest ? 'none' : 'wrong-digest'
  }
  const judged = comments.map((comment) => ({ comment, why: problemOf(comment) }))
  const confirmed = judged.find(({ why }) => why === 'none')
  if (confirmed) return { confirmed: confirmed.comment }
  const last = judged.findLast(({ why }) => why !== null)
  return last?.why && last.why !== 'none' ? { problem: { why: last.why, comment: last.comment } } : null
}
