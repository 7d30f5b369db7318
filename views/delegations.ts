import type { Delegation } from '#domain/approvers/delegation'
import type { RoleHolders } from '#domain/approvers/role-holders'
import { ROLE_TITLES, ROLES, type Role } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import { dayWords } from './reminder-summary.ts'
import type { Names } from './state.ts'
import { escapeUntrusted, list } from './text.ts'
import { who } from './words.ts'

const HOLDERS_NAMED = 20

const said = (text: string): Message => ({ text, blocks: [section(text)] })

const untilWords = ({ lastDay }: Delegation, timeZone: string): string =>
  `until the end of ${dayWords(lastDay)} (${lastDay}, ${timeZone})`

/** Answers whoever named a stand-in. */
export const delegationGiven = (given: Delegation, timeZone: string, names: Names): Message =>
  said(
    `${who(given.to, names)} may sign as ${ROLE_TITLES[given.role]} in your place ${untilWords(given, timeZone)}. It ends by itself; \`/rotation delegate off\` ends it before. Whoever worked on a rotation still cannot sign it.`,
  )

/** Tells the stand-in. */
export const delegationMessage = (given: Delegation, timeZone: string, names: Names): Message =>
  said(
    `${who(given.from, names)} named you as delegate: you may sign as ${ROLE_TITLES[given.role]} ${untilWords(given, timeZone)}, where you did not work on the rotation yourself.`,
  )

export const delegationEnded = (ended: Delegation[], names: Names): Message =>
  said(
    ended
      .map(({ role, to }) => `${who(to, names)} no longer stands in for you as ${ROLE_TITLES[role]}.`)
      .join('\n'),
  )

/** Who holds each approver role, who is deactivated, and who is delegated. */
export function rolesOverview(holders: RoleHolders, delegations: Delegation[], names: Names): Message {
  const lines = ROLES.flatMap((role) => roleLines(role, holders, delegations, names))
  const text =
    delegations.length === 0 ? 'Approvers; nobody stands in for anybody' : 'Approvers and their delegates'
  return { text, blocks: [section([`*${text}*`, ...lines])] }
}

function roleLines(role: Role, holders: RoleHolders, delegations: Delegation[], names: Names): string[] {
  const named = holders[role].map(
    ({ id, deactivated }) => `${who(id, names)}${deactivated ? ' (account deactivated)' : ''}`,
  )
  const isGone = holders[role].every((account) => account.deactivated)
  return [
    `• *${ROLE_TITLES[role]}:* ${named.length > 0 ? list(named, HOLDERS_NAMED) : 'nobody'}${isGone ? ' · ⚠ nobody can sign in this role: name somebody in the configuration' : ''}`,
    ...delegations
      .filter((each) => each.role === role)
      .map(
        ({ from, to, lastDay }) =>
          `   → ${who(to, names)} stands in for ${who(from, names)} until the end of ${escapeUntrusted(lastDay, 10)}`,
      ),
  ]
}
