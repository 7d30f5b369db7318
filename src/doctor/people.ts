import type { DiagnosticsConfig, SlackRecords } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, type HealthCheck, orFine } from './health-check.ts'

/** Every configured user exists, is active and is not a bot; every user group has an active member. */
export const people: HealthCheck = {
  id: 'people',
  title: 'People in the config',
  async run({ slack, config }) {
    const named = namedIn(config)
    const results = await Promise.all(named.map(({ id, settings }) => inspectOne(slack, id, settings)))
    const groups = named.filter(({ id }) => isGroup(id)).length
    const count = `${named.length - groups} people and ${groups} user ${groups === 1 ? 'group' : 'groups'}`
    return orFine(results.flat(), `${count} exist and are active`)
  },
}

export const isGroup = (id: string): boolean => id.startsWith('S')

/** Each id with the settings that contain it. */
function namedIn({ people: lists, owners }: DiagnosticsConfig): { id: string; settings: string }[] {
  const listed = Object.entries(lists).map(([list, ids]) => [`people.${list}`, [ids].flat()] as const)
  const owned = Object.entries(owners).map(([owner, id]) => [`owners.${owner}`, [id]] as const)
  const entries = [...listed, ...owned].flatMap(([setting, ids]) =>
    ids.flatMap((id) => (id ? [{ id, setting }] : [])),
  )
  return [...Map.groupBy(entries, ({ id }) => id)].map(([id, places]) => ({
    id,
    settings: places.map(({ setting }) => setting).join(' and '),
  }))
}

async function inspectOne(slack: SlackRecords, id: string, settings: string): Promise<HealthCheckResult[]> {
  const problem = isGroup(id) ? await groupProblem(slack, id) : await personProblem(slack, id)
  if (problem === null) return []
  return [broken(problem, `Correct ${settings} in the config, then start the bot again.`)]
}

async function personProblem(slack: SlackRecords, id: string): Promise<string | null> {
  const account = await slack.readAccount(id)
  if (!account) return `There is no account with the id ${id} in the workspace`
  if (!account.active) return `@${account.name} (${id}) is deactivated`
  if (account.guest) return `@${account.name} (${id}) is a guest, and guests can neither sign nor operate`
  return account.bot ? `@${account.name} (${id}) is a bot, and bots can neither sign nor operate` : null
}

async function groupProblem(slack: SlackRecords, id: string): Promise<string | null> {
  const group = await slack.readGroup(id)
  if (!group) return `There is no user group with the id ${id} in the workspace`
  if (!group.active) return `The user group @${group.handle} (${id}) is disabled`
  const accounts = await Promise.all(group.members.map((member) => slack.readAccount(member)))
  if (accounts.some((account) => account?.active && !account.bot && !account.guest)) return null
  return `The user group @${group.handle} (${id}) has no active member`
}
