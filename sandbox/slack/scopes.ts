import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { FaultId } from '../faults.ts'
import type { World } from '../world.ts'
import type { Dict } from './json.ts'
import { textArg } from './methods/call.ts'
import { SlackError } from './slack-error.ts'

const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
})

/** The scopes of the product's own manifest, so that every test proves they are sufficient. */
const GRANTED = manifestSchema.parse(
  parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')),
).oauth_config.scopes.bot

const REMOVED_SCOPES = {
  'slack-scope-missing': 'usergroups:read',
  'slack-files-scope-missing': 'files:read',
} as const

const granted = (world: World) => world.store.collection<string>('slack.more-scopes')

/** Adds scopes beyond the manifest, for tests. */
export function grantMoreScopes(world: World, scopes: readonly string[]): void {
  for (const scope of scopes) granted(world).put(scope, scope)
}

/** The current scopes of the bot token. */
export function botScopes(world: World): string[] {
  const all = [...new Set([...GRANTED, ...granted(world).all()])]
  const removed = Object.entries(REMOVED_SCOPES).filter(([fault]) => world.faults.on(fault as FaultId))
  return all.filter((scope) => !removed.some(([, lost]) => lost === scope))
}

const OF_TYPES: Record<string, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
  mpim: 'mpim:read',
}

const REQUIRED_SCOPES: Record<string, string | ((args: Dict) => string[])> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'conversations.list': (args) =>
    (textArg(args, 'types') ?? 'public_channel').split(',').flatMap((type) => OF_TYPES[type.trim()] ?? []),
  'conversations.info': 'channels:read',
  'conversations.members': 'channels:read',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'conversations.open': 'im:write',
  'conversations.join': 'channels:join',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'bots.info': 'users:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'files.info': 'files:read',
  'reactions.add': 'reactions:write',
}

/** @throws SlackError `missing_scope` */
export function requireScope(world: World, method: string, args: Dict): void {
  const entry = Object.hasOwn(REQUIRED_SCOPES, method) ? REQUIRED_SCOPES[method] : undefined
  const needed = typeof entry === 'function' ? entry(args) : entry === undefined ? [] : [entry]
  const provided = botScopes(world)
  const lacking = needed.filter((scope) => !provided.includes(scope))
  if (lacking.length > 0)
    throw new SlackError('missing_scope', [], { needed: lacking.join(','), provided: provided.join(',') })
}
