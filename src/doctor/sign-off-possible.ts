import { findDeadlock, type RoleMembers } from '#domain/approvers/deadlock'
import type { Diagnostics, SlackRecords } from '#domain/ports/diagnostics'
import { broken, fine, type HealthCheck } from './health-check.ts'
import { isGroup } from './people.ts'

const REMEDIATION =
  'Name more people in the config: a rotation needs an owner (people.operators) and two others, one in people.devops-lead and one in people.ai-ops-owner.'

/** A rotation can be signed: an owner and two other people for the two roles. */
export const signOffPossible: HealthCheck = {
  id: 'sign-off-possible',
  title: 'Sign-off is possible',
  async run(diagnostics) {
    const members = await readMembers(diagnostics)
    const { signable, blocked } = findDeadlock(members)
    const { operators, roles } = members
    const counts = `${counted(operators, 'operator')}, ${counted(roles['devops-lead'], 'DevOps lead')} and ${counted(roles['ai-ops-owner'], 'AI Ops owner')}`
    if (signable.length === 0)
      return [
        broken(
          `With ${counts}, no rotation could ever be signed: an owner cannot sign, and nobody may sign for both roles`,
          REMEDIATION,
        ),
      ]
    if (blocked.length === 0) return [fine(`${counts}: for every possible owner, two other people can sign`)]
    const names = await Promise.all(blocked.map((id) => nameOf(diagnostics.slack, id)))
    return [
      fine(
        `${counts}: two others can sign every rotation, except those owned by ${names.join(', ')}, who would have to hand them off`,
      ),
    ]
  },
}

const counted = ({ size }: ReadonlySet<string>, word: string): string =>
  `${size} ${word}${size === 1 ? '' : 's'}`

async function readMembers({ slack, config }: Diagnostics): Promise<RoleMembers> {
  const { operators, 'devops-lead': leads, 'ai-ops-owner': owners, 'on-call': onCall } = config.people
  const lists = [operators, leads, owners, onCall === null ? [] : [onCall]]
  const [one, two, three, four] = await Promise.all(lists.map((ids) => present(slack, ids)))
  const none = new Set<string>()
  return {
    operators: one ?? none,
    onCall: four ?? none,
    roles: { 'devops-lead': two ?? none, 'ai-ops-owner': three ?? none },
  }
}

/** The active people behind ids, user groups expanded. */
async function present(slack: SlackRecords, ids: string[]): Promise<Set<string>> {
  const all = await Promise.all(
    ids.map(async (id) => {
      if (!isGroup(id)) return [id]
      const group = await slack.readGroup(id)
      return group?.active ? group.members : []
    }),
  )
  const found = await Promise.all(
    [...new Set(all.flat())].map(async (id) => ({ id, account: await slack.readAccount(id) })),
  )
  return new Set(
    found.filter(({ account }) => account?.active && !account.bot && !account.guest).map(({ id }) => id),
  )
}

async function nameOf(slack: SlackRecords, id: string): Promise<string> {
  const account = await slack.readAccount(id)
  return account ? `@${account.name}` : id
}
