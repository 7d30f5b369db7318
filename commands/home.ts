import { findNames } from '#db/queries/people'
import { findUnsettledRevocations } from '#db/queries/revocations'
import { readStatus } from '#operations/read-status'
import { Refusal } from '#rotation/refusal'
import type { Context } from '#src/context'
import { type HomeOptions, home } from '#views/home'
import { explain } from './respond.ts'
import { recentEntries } from './slash/history.ts'

const RECENT = 5

/** Draws a person's App Home. */
export async function publishHome(context: Context, userId: string): Promise<void> {
  const base = {
    userId,
    mayStart: await context.people.may(userId, 'operate'),
    recent: await recentEntries(context, RECENT),
    names: await findNames(context.db),
    now: context.clock.now(),
  }
  await context.slack.views.publish({
    user_id: userId,
    view: home({ ...base, ...(await statusOrProblem(context)) }),
  })
}

async function statusOrProblem(
  context: Context,
): Promise<Pick<HomeOptions, 'tokens' | 'rotations' | 'revocations' | 'problem'>> {
  try {
    const { tokens, rotations, revocations, problem } = await readStatus(context)
    return { tokens, rotations, revocations, ...(problem ? { problem } : {}) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const revocations = await findUnsettledRevocations(context.db)
    return { tokens: [], rotations: [], revocations, problem: await explain(context, error) }
  }
}
