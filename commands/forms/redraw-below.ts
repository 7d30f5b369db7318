import type { Context } from '#src/context'
import { type StepSession, withStepSession } from '../step-session.ts'
import type { Submission } from './form.ts'

/** Works on the step's modal below a form that was submitted, if there is one. Does not delay the acknowledgement. */
export function redrawBelow(
  { below, metadata, user }: Submission,
  context: Context,
  work: (session: StepSession) => Promise<void>,
): void {
  if (!below || !metadata?.step || !metadata.rotation) return
  const request = { label: metadata.rotation, step: metadata.step, user }
  void withStepSession(context, { viewId: below, hash: '' }, request, work).catch((error: unknown) =>
    context.log.warn({ error }, 'a modal could not be updated'),
  )
}
