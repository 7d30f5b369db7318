import type { HomeView } from '@slack/types'
import { deleteHomeViewer } from '#db/queries/home-viewers'
import { clearPictures } from '#db/queries/pictures'
import { readCode, refusesFile } from '#integrations/slack/slack-errors'
import { loadHome } from '#read-models/home'
import { closedHome, home } from '#views/home'
import type { Handler } from './handler.ts'

/** Slack errors that mean the person cannot see an App Home. */
const UNREACHABLE = [
  'user_not_found',
  'user_not_visible',
  'account_inactive',
  'not_enabled',
  'team_not_found',
]

/** Publishes a person's App Home; without pictures if Slack rejects them. */
export const handleHome: Handler<'home'> = async (job, context) => {
  const { userId } = job.payload
  const options = await loadHome(context, userId)
  const publish = (view: HomeView) => context.slack.views.publish({ user_id: userId, view })
  try {
    await publish(options ? home(options) : closedHome())
    return {}
  } catch (error) {
    if (UNREACHABLE.includes(readCode(error) ?? '')) return { save: (tx) => deleteHomeViewer(tx, userId) }
    if (!options || !refusesFile(error)) throw error
    await publish(home({ ...options, pictures: {} }))
    const fileIds = Object.values(options.pictures).map((picture) => picture.fileId)
    return { save: (tx) => clearPictures(tx, fileIds) }
  }
}
