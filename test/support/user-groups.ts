import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { LogLevel, WebClient } from '@slack/web-api'

/** The workspace of everybody who is not said to belong to another. */
export const TEAM = 'T0TEAM'

/** The part of Slack's Web API that reads the members of user groups. */
export interface UserGroups {
  slack: WebClient
  /** Members by the group's id; Slack takes whoever is deactivated out of them. A group that is not here is unknown. */
  members: Map<string, string[]>
  /** The groups that were read, in order. */
  reads: string[]
  /** Flags of accounts by id, such as `is_restricted`; everybody else is a member of `TEAM`. */
  accounts: Map<string, Record<string, unknown>>
  /** Holds every answer back for so many milliseconds. */
  delay(ms: number): void
  close(): Promise<void>
}

export async function createUserGroups(groups: Record<string, string[]>): Promise<UserGroups> {
  const members = new Map(Object.entries(groups))
  const reads: string[] = []
  const accounts: UserGroups['accounts'] = new Map()
  let delayMs = 0
  const membersOf = (group: string) => {
    const users = members.get(group)
    return users ? { ok: true, users } : { ok: false, error: 'no_such_subteam' }
  }
  const accountOf = (id: string) => ({
    ok: true,
    user: { id, name: id.toLowerCase(), team_id: TEAM, ...accounts.get(id) },
  })
  const server = createServer(async (incoming, outgoing) => {
    const args = new URLSearchParams(await text(incoming))
    const id = args.get('user')
    if (id === null) reads.push(args.get('usergroup') ?? '')
    await sleep(delayMs)
    const answer = id === null ? membersOf(args.get('usergroup') ?? '') : accountOf(id)
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const slack = new WebClient('xoxb-a-token', {
    slackApiUrl: `http://127.0.0.1:${port}/api/`,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 0 },
  })
  return {
    slack,
    members,
    reads,
    accounts,
    delay(ms) {
      delayMs = ms
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
