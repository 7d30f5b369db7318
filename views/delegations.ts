import type { Delegation } from '#domain/approvers/delegation'
import type { RoleHolders } from '#domain/approvers/role-holders'
import { ROLE_TITLES, ROLES, type Role } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import type { Names } from './state.ts'
import { escapeUntrusted, list, listSome } from './text.ts'
import { calendarDay } from './times.ts'
import { who } from './words.ts'

const HOLDERS_NAMED = 20

const textMessage = (text: string): Message => ({ text, blocks: [section(text)] })

const untilWords = ({ lastDay }: Delegation, timeZone: string): string =>
  `until the end of ${calendarDay(lastDay)} (${timeZone})`

/** Confirms a delegation to the person who gave it. */
export const delegationGiven = (given: Delegation, timeZone: string, names: Names): Message =>
  textMessage(
    `${who(given.to, names)} may sign as ${ROLE_TITLES[given.role]} on your behalf ${untilWords(given, timeZone)}. It then ends automatically; \`/rotation delegate off\` ends it earlier. A person who worked on a rotation still cannot sign it.`,
  )

/** Notifies the delegate. */
export const delegationMessage = (given: Delegation, timeZone: string, names: Names): Message =>
  textMessage(
    `${who(given.from, names)} named you as delegate: you may sign as ${ROLE_TITLES[given.role]} ${untilWords(given, timeZone)}. You cannot sign a rotation that you worked on.`,
  )

export const delegationEnded = (ended: Delegation[], names: Names): Message =>
  textMessage(
    ended
      .map(({ role, to }) => `${who(to, names)} is no longer your delegate as ${ROLE_TITLES[role]}.`)
      .join('\n'),
  )

/** Who holds each approver role, whose account is deactivated, and who is whose delegate. */
export function rolesOverview(holders: RoleHolders, delegations: Delegation[], names: Names): Message {
  const lines = ROLES.flatMap((role) => roleLines(role, holders, delegations, names))
  const text = delegations.length === 0 ? 'Approvers; no active delegations' : 'Approvers and their delegates'
  return { text, blocks: [section([`*${text}*`, ...lines])] }
}

export interface WhoOptions {
  holders: RoleHolders
  delegations: Delegation[]
  operators: string[]
  /** Who is on call now: in the pager, else the configured group. */
  onCall: string[]
  /** Problems of the on-call list, one sentence each. */
  remarks: string[]
  names: Names
}

/** `/rotation who`: who holds which role, and who is on call now. */
export function whoIsWho({ holders, delegations, operators, onCall, remarks, names }: WhoOptions): Message {
  const named = (ids: string[], none: string) =>
    ids.length > 0 ? listSome(ids, HOLDERS_NAMED, (id) => who(id, names)) : none
  return {
    text: 'Who does what in rotations',
    blocks: [
      section([
        '*Who does what in rotations*',
        `• *Operators* (start and carry out rotations): ${named(operators, 'nobody: add people.operators to the configuration')}`,
        ...ROLES.flatMap((role) => roleLines(role, holders, delegations, names)),
        `• *On call now:* ${named(onCall, 'nobody')}`,
        ...remarks.map((remark) => `⚠ ${escapeUntrusted(remark, 300)}`),
      ]),
    ],
  }
}

function roleLines(role: Role, holders: RoleHolders, delegations: Delegation[], names: Names): string[] {
  const named = holders[role].map(
    ({ id, deactivated }) => `${who(id, names)}${deactivated ? ' (account deactivated)' : ''}`,
  )
  const isVacant = holders[role].every((account) => account.deactivated)
  return [
    `• *${ROLE_TITLES[role]}:* ${named.length > 0 ? list(named, HOLDERS_NAMED) : 'nobody'}${isVacant ? ' · ⚠ nobody can sign in this role: add a person to the configuration' : ''}`,
    ...delegations
      .filter((each) => each.role === role)
      .map(
        ({ from, to, lastDay }) =>
          `   → ${who(to, names)} is the delegate of ${who(from, names)} until the end of ${calendarDay(lastDay)}`,
      ),
  ]
}
