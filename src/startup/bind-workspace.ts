import { DatabaseProblem } from '#db/database-problem'
import { findSetting, insertFollowedSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import type { Instant } from '#domain/rotation/rotation'
import type { Identity } from '#integrations/slack/workspace'

const SETTING = 'workspace'

/**
 * Ties the database to the workspace, so that two workspaces never share rotations.
 *
 * @throws DatabaseProblem when the database belongs to another workspace
 */
export async function bindWorkspace(db: Db, { teamId }: Identity, at: Instant): Promise<void> {
  // Replicas may start at the same moment.
  await insertFollowedSetting(db, SETTING, teamId, at)
  const bound = await findSetting<string>(db, SETTING)
  if (bound !== teamId)
    throw new DatabaseProblem(
      `The database belongs to another workspace (${bound}; this is ${teamId}). Set DATABASE_URL to another file or database.`,
    )
}
