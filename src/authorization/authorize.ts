import { findDelegations } from '#db/queries/delegations'
import { findRotation } from '#db/queries/rotations'
import type { Membership, PeopleList, PeopleLists } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { isIncident, isRole, parseRotationLabel, ROLES, type Role } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { type Action, lackedFor, PERMISSIONS, type Permission } from './permissions.ts'

type Sources = Pick<Context, 'clock' | 'db' | 'people'>

/** Whether a person may do something. */
export interface Question {
  user: string
  action: Action
  /** The rotation's label, where the question is about one. */
  label?: string | undefined
  /** Whether a holder may not do it themselves, so that their delegate cannot either; asked of whoever delegated. */
  isBound?: ((holder: string) => boolean) | undefined
}

export interface Authorization {
  allowed: boolean
  /** Whether the person is refused for not being a member of the workspace, whatever the lists say. */
  isNobody: boolean
  /** Slack id of the person whose delegate acts; null for everyone else. */
  delegateOf: string | null
  /** The approver role in which the person acts; null where another list allows it. */
  role: Role | null
}

export const DENIED: Authorization = { allowed: false, isNobody: false, delegateOf: null, role: null }
const ALLOWED: Authorization = { ...DENIED, allowed: true }
const NOBODY: Authorization = { ...DENIED, isNobody: true }

// The order in which lists decide. A role that the person holds comes before a delegated one.
const LISTS: readonly PeopleList[] = ['operators', 'on-call', ...ROLES]

/**
 * Whether a person may do something, from the permission table, the lists of the config with their user groups, and the
 * active delegations. Call it once for each request.
 *
 * @param lists the lists that this request has read, if it asks more than one question
 * @throws Refusal `permission-unreadable` when Slack does not list a user group that matters within 2 s
 */
export async function authorize(
  context: Sources,
  { user, action, label, isBound }: Question,
  lists: PeopleLists = context.people.openLists(),
): Promise<Authorization> {
  const permission: Permission = PERMISSIONS[action]
  const membership = lists.membershipOf(user)
  // Asked beside the lists: a request waits once.
  void membership.catch(() => {})
  const answer =
    permission === 'everyone'
      ? ALLOWED
      : await fromLists(context, permission, { user, action, label, isBound }, lists)
  if (!answer.allowed) return answer
  const mayBeGuest = permission === 'everyone' && lists.readers === 'everyone'
  return (await membership) === 'member' || (mayBeGuest && READING_GUESTS.has(await membership))
    ? answer
    : NOBODY
}

const READING_GUESTS: ReadonlySet<Membership> = new Set(['guest', 'outsider'])

async function fromLists(
  context: Sources,
  permission: Exclude<Permission, 'everyone'>,
  { user, label, isBound = () => false }: Question,
  lists: PeopleLists,
): Promise<Authorization> {
  const always = LISTS.filter((list) => permission[list] && permission[list] !== 'at-incidents')
  if (always.some((list) => !isRole(list) && lists.names(list, user))) return ALLOWED
  const atIncidents = LISTS.filter((list) => permission[list] === 'at-incidents')
  const concerned = atIncidents.length > 0 && (await isAboutIncident(context, label)) ? atIncidents : []
  const own = await findOwnList([...always, ...concerned], user, lists)
  if (own) return { ...ALLOWED, role: isRole(own) ? own : null }
  const delegable = ROLES.filter((role) => permission[role] === 'with-delegates')
  return (await findDelegated(context, delegable, { user, isBound }, lists)) ?? DENIED
}

/**
 * As `authorize`, and refuses what is not allowed.
 *
 * @throws Refusal `not-a-member`, `not-allowed`, `permission-unreadable`
 */
export async function assertMay(
  context: Sources,
  question: Question,
  lists: PeopleLists = context.people.openLists(),
): Promise<Authorization> {
  const answer = await authorize(context, question, lists)
  if (answer.isNobody) throw new Refusal('not-a-member', {})
  if (answer.allowed) return answer
  const { action, label } = question
  throw new Refusal('not-allowed', { what: lackedFor(action), ask: await findAllowed(action, lists), label })
}

/** Who may always do it, by the lists that were read just now; nobody where one of them cannot be read. */
async function findAllowed(action: Action, lists: PeopleLists): Promise<string[]> {
  const permission: Permission = PERMISSIONS[action]
  if (permission === 'everyone') return []
  const always = LISTS.filter((list) => permission[list] && permission[list] !== 'at-incidents')
  const members = await Promise.all(always.map((list) => lists.members(list).catch(() => [])))
  return [...new Set(members.flat())]
}

async function isAboutIncident({ db }: Sources, label = ''): Promise<boolean> {
  const id = parseRotationLabel(label)
  const rotation = id === null ? undefined : await findRotation(db, id)
  return rotation !== undefined && isIncident(rotation)
}

/** The first of the lists that a person is in. Their user groups are read at the same time. */
async function findOwnList(granted: PeopleList[], user: string, lists: PeopleLists) {
  const named = granted.findIndex((list) => lists.names(list, user))
  // Lists after one that names the person need not be read.
  const asked = named < 0 ? granted : granted.slice(0, named + 1)
  const answers = asked.map((list) => lists.includes(list, user))
  void Promise.allSettled(answers)
  for (const [index, answer] of answers.entries()) if (await answer) return asked[index]
  return undefined
}

/** The role that a person has by a delegation, given by somebody who still holds it; rather by one who is not bound. */
async function findDelegated(
  { clock, db }: Sources,
  roles: Role[],
  { user, isBound }: { user: string; isBound: (holder: string) => boolean },
  lists: PeopleLists,
): Promise<Authorization | null> {
  if (roles.length === 0) return null
  const delegations = (await findDelegations(db, clock.now())).filter((each) => each.to === user)
  let bound: Authorization | null = null
  for (const role of roles)
    for (const { from } of delegations.filter((each) => each.role === role)) {
      if (!(await lists.includes(role, from)) || (await lists.membershipOf(from)) !== 'member') continue
      const found = { ...ALLOWED, delegateOf: from, role }
      if (!isBound(from)) return found
      bound ??= found
    }
  return bound
}
