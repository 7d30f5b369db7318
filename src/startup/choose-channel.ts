import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { findKnownChannel, setKnownChannel } from '#db/queries/known-channel'
import type { Db } from '#db/schema'
import type { Instant } from '#domain/rotation/rotation'
import { findChannel } from '#integrations/slack/find-channel'

/**
 * The id of the channel that cards and notices go to, stored so that a later start finds it whatever it is called then.
 *
 * @throws StartProblem
 */
export async function chooseChannel(
  slack: WebClient,
  db: Db,
  configured: string,
  { log, at }: { log: Logger; at: Instant },
): Promise<string> {
  const known = await findKnownChannel(db)
  const { id, outdated } = await findChannel(slack, configured, known)
  if (known?.configured !== configured) await setKnownChannel(db, { id, configured }, at)
  if (outdated)
    log.warn({ problem: outdated.sentence, advice: outdated.advice }, 'the channel’s name is outdated')
  return id
}
