import type { WebClient } from '@slack/web-api'

/** Where a message may have been posted before. */
export interface MessagePlace {
  channel: string
  threadTs: string | null
  /** Slack timestamp, seconds with fraction. */
  oldest: string
}

export interface FoundMessage {
  ts: string
  files: string[]
}

const PAGE = 200

/**
 * Finds the bot's message by its job (message metadata), or a shared file by name, in all pages since
 * `oldest`. Messages of another database of the bot are not its own.
 */
export async function findPosted(
  slack: WebClient,
  place: MessagePlace,
  wanted: { jobId: string; databaseId: string } | { fileName: string },
): Promise<FoundMessage | null> {
  let cursor: string | undefined
  do {
    const { channel, oldest } = place
    const options = {
      channel,
      oldest,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor ? { cursor } : {}),
    }
    const page = place.threadTs
      ? await slack.conversations.replies({ ...options, ts: place.threadTs })
      : await slack.conversations.history(options)
    for (const message of page.messages ?? []) {
      const files = 'files' in message ? (message.files ?? []) : []
      const payload: Record<string, unknown> = message.metadata?.event_payload ?? {}
      const isIt =
        'jobId' in wanted
          ? payload.job_id === wanted.jobId &&
            (payload.database_id ?? wanted.databaseId) === wanted.databaseId
          : files.some((file) => file.name === wanted.fileName)
      if (isIt && message.ts) return { ts: message.ts, files: files.flatMap((file) => file.permalink ?? []) }
    }
    cursor = page.response_metadata?.next_cursor || undefined
  } while (cursor)
  return null
}
