import type { KyselyPlugin, RootOperationNode } from 'kysely'
import type { Db } from '#db/schema'
import { keepConnected } from '#integrations/slack/keep-connected'
import { identify } from '#integrations/slack/workspace'
import { createApp } from '#startup/app'
import { openWorkspace, type Workspace } from './workspace.ts'

/** A statement that was sent to the database: what it does, and to which table. */
export type Statement = `${string} ${string}`

export interface CountedWorkspace extends Workspace {
  /** What one request sends to the database, from the click to its end, without the outbox and the schedule. */
  statementsOf(request: () => Promise<unknown>): Promise<Statement[]>
}

/** A workspace whose people are served by an app of their own, so that its statements can be counted. */
export async function openCountedWorkspace(): Promise<CountedWorkspace> {
  const workspace = await openWorkspace()
  const { context, connection } = workspace.bot
  const statements: Statement[] = []
  const app = createApp(
    { ...context, db: countStatements(context.db, statements) },
    await identify(context.slack),
  )
  await connection.stop()
  const { SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl } = context.config.env
  const { forConnection: deadlineMs } = context.waits
  const ownConnection = keepConnected({ appToken, apiUrl, deadlineMs, log: context.log }, app.receive)
  await ownConnection.start()
  return {
    ...workspace,
    async statementsOf(request) {
      await app.idle()
      statements.length = 0
      await request()
      await app.idle()
      return [...statements]
    },
    async close() {
      await ownConnection.stop()
      await workspace.close()
    },
  }
}

/** The same database; each statement that goes through this handle is added to the list. */
export function countStatements(db: Db, statements: Statement[]): Db {
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      statements.push(named(node))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return db.withPlugin(plugin)
}

function named(node: RootOperationNode): Statement {
  const kind = node.kind.replace('QueryNode', '').toLowerCase()
  const [table] = JSON.stringify(node).match(/(?<="identifier":\{"kind":"IdentifierNode","name":")\w+/) ?? []
  return `${kind} ${table}`
}
