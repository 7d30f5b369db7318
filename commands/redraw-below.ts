import type { Context } from '#src/context'
import type { Submission } from './forms/form.ts'
import { type StepSession, withStepSession } from './step-session.ts'

/** Redraws the step's modal below a form, so that it shows what the form changed. Does not delay the acknowledgement. */
export function redrawBelow(
  { below, metadata, user }: Submission,
  context: Context,
  work: (session: StepSession) => Promise<unknown> = (session) => session.draw(),
): void {
  if (!below || !metadata?.step || !metadata.rotation) return
  const request = { label: metadata.rotation, step: metadata.step, user }
  void withStepSession(context, { viewId: below, hash: '' }, request, async (session) => {
    await work(session)
  }).catch((error: unknown) => context.log.warn({ error }, 'a modal could not be updated'))
}
