import { assertMay, authorize } from '#authorization/authorize'
import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import type { PeopleLists } from '#domain/ports/people'
import { Refusal } from '#domain/rotation/refusal'
import { isRole, ROLES, type Role } from '#domain/rotation/rotation'
import { endDelegation, giveDelegation } from '#operations/delegate'
import { readHolders } from '#operations/scheduled/observe-holders'
import type { Context } from '#src/context'
import { section } from '#views/blocks'
import { delegationEnded, delegationGiven, rolesOverview } from '#views/delegations'
import { escapeText } from '#views/text'
import { nobodyNamed, parseMention } from './person.ts'
import type { SlashCall, Subcommand } from './subcommand.ts'

/** `delegate` lists, `delegate off` ends, `delegate @user until 2026-12-03 [role]` names a delegate. */
const run: Subcommand['run'] = async (call, context) => {
  const [first] = call.words
  if (first === undefined) return list(call, context)
  if (first.toLowerCase() === 'off') return end(call, context)
  await give(call, context)
}

async function list({ user, answer }: SlashCall, context: Context): Promise<void> {
  await assertMay(context, { user, action: 'read-delegations' })
  const now = context.clock.now()
  await answer(
    rolesOverview(
      await readHolders(context),
      await findDelegations(context.db, now),
      await findNames(context.db),
    ),
  )
}

async function end({ words, user, answer }: SlashCall, context: Context): Promise<void> {
  const roles = await rolesOf(context, user, context.people.openLists())
  const named = words[1]?.toLowerCase()
  const ended = await endDelegation(context, user, named && isRole(named) ? [named] : roles)
  await answer(delegationEnded(ended, await findNames(context.db)))
}

async function give({ words, user, answer }: SlashCall, context: Context): Promise<void> {
  const [who, ...rest] = words
  const say = (text: string) => answer({ text, blocks: [section(text)] })
  const lists = context.people.openLists()
  const role = chosenRole(await rolesOf(context, user, lists), rest)
  const to = parseMention(who)
  if (to === null) return say(escapeText(nobodyNamed(who, '/rotation delegate @name until 2026-12-03')))
  const lastDay = rest[0]?.toLowerCase() === 'until' ? (rest[1] ?? '') : (rest[0] ?? '')
  const request = { role, from: user, to, lastDay: isRole(lastDay) ? '' : lastDay }
  const given = await giveDelegation(context, request, lists)
  await answer(delegationGiven(given, context.config.cadence['time-zone'], await findNames(context.db)))
}

/** The roles that a person may delegate. @throws Refusal `not-allowed`, `permission-unreadable` */
async function rolesOf(context: Context, user: string, lists: PeopleLists): Promise<Role[]> {
  const answers = await Promise.all(
    ROLES.map((role) => authorize(context, { user, action: `delegate:${role}` }, lists)),
  )
  const held = answers.flatMap(({ role }) => role ?? [])
  if (held.length === 0) throw new Refusal('not-allowed', { what: 'decide' })
  return held
}

/** @throws Refusal `role-unclear`, `not-allowed` */
function chosenRole(held: Role[], words: string[]): Role {
  const named = words.map((word) => word.toLowerCase()).find(isRole)
  if (named) {
    if (!held.includes(named)) throw new Refusal('not-allowed', { what: named })
    return named
  }
  const [only, ...others] = held
  if (!only || others.length > 0) throw new Refusal('role-unclear', {})
  return only
}

export const delegateCommand: Subcommand = {
  usage: 'delegate @user until YYYY-MM-DD',
  does: 'let somebody sign on your behalf until a day; without arguments: show active delegations; `off` ends yours',
  run,
}
