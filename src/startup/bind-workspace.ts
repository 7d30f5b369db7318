import { DatabaseProblem } from '#db/open-database'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import type { Identity } from '#integrations/slack/workspace'

const SETTING = 'workspace'

/**
 * Ties the database to the workspace, so that two workspaces never share rotations.
 *
 * @throws DatabaseProblem when the database belongs to another workspace
 */
export async function bindWorkspace(db: Db, { teamId }: Identity): Promise<void> {
  const bound = await findSetting<string>(db, SETTING)
  if (bound && bound !== teamId)
    throw new DatabaseProblem(
      `The database belongs to another workspace (${bound}; this is ${teamId}). Set DATABASE_URL to another file.`,
    )
  if (!bound) await setSetting(db, SETTING, teamId)
}
