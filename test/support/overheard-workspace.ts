import { Writable } from 'node:stream'
import type { Config } from '#config/config'
import { createLogger } from '#startup/logger'
import { createPlantingProxy, type PlantingProxy } from './planting-proxy.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** A workspace of whose bot everything is kept that leaves it. */
export interface OverheardWorkspace {
  workspace: Workspace
  proxy: PlantingProxy
  /** What the bot wrote, by where: each table, its log at the level trace, and everything that it sent to the systems. */
  places(): Promise<Map<string, string>>
  close(): Promise<void>
}

export async function openOverheardWorkspace({
  env: more = {},
  configure,
}: {
  env?: Record<string, string>
  configure?: (config: Config) => Config
} = {}): Promise<OverheardWorkspace> {
  let log = ''
  let proxy: PlantingProxy | null = null
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const workspace = await openWorkspace({
    log: createLogger('trace', {}, destination),
    ...(configure && { configure }),
    connect: async (env) => {
      const { origin } = new URL(env.GITHUB_API_URL ?? '')
      const opened = await createPlantingProxy(origin)
      proxy = opened
      const given = Object.entries({ ...env, ...more }).filter(([name]) => name !== 'SANDBOX_CLOCK_URL')
      return Object.fromEntries(
        given.map(([name, value]) => [
          name,
          value.replace(origin, opened.url).replace('{proxy}', opened.url),
        ]),
      )
    },
  })
  if (!proxy) throw new TypeError('no proxy')
  const between: PlantingProxy = proxy
  return {
    workspace,
    proxy: between,
    async places() {
      const { db } = workspace.bot.context
      const places = new Map([
        ['the log', log],
        ['what was sent', between.sent()],
      ])
      for (const { name } of await db.introspection.getTables()) {
        const rows = await db
          .selectFrom(name as 'events')
          .selectAll()
          .execute()
        places.set(name, JSON.stringify(rows))
      }
      return places
    },
    async close() {
      await workspace.close()
      await between.close()
    },
  }
}
