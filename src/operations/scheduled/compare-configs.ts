import { findPresent } from '#db/dialect'
import { describeConfigs } from '#domain/ports/present-bots'
import type { Context } from '#src/context'

/** Notes whether another bot on the same database runs with another configuration, and says in the log when that begins and ends. */
export async function compareConfigs({ db, integrity, log }: Context): Promise<void> {
  const before = integrity.configProblem
  integrity.configProblem = describeConfigs(await findPresent(db))
  if (integrity.configProblem === before) return
  if (integrity.configProblem === null)
    log.info('the bots on this database have the same configuration again')
  else log.warn(integrity.configProblem)
}
