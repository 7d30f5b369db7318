import { setTimeout as sleep } from 'node:timers/promises'
import { findNames } from '#db/queries/people'
import type { CheckId } from '#domain/rotation/checks'
import { isRunning, STEP_OF_RUN } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { readCode } from '#integrations/slack/slack-errors'
import { runChecks } from '#operations/run-checks'
import type { Context } from '#src/context'
import { definitionsOf } from '#views/check-lines'
import type { RotationState } from '#views/state'
import { stepModal } from '#views/step-modal'
import { findState } from './find-state.ts'
import type { OpenModal } from './open-modal.ts'

const WATCH_EVERY_MS = 1_000
// People close the modal or leave it open over lunch; the card and the thread go on by themselves.
const WATCH_MS = 15 * 60_000

/** A step's modal that is open on somebody's screen, redrawn as things happen. */
export interface StepSession {
  /** Draws the present state, unless the modal was closed. */
  draw(): Promise<void>
  /** Runs the step's checks and draws each result as it comes. */
  check(): Promise<void>
  /** Draws the progress of runs until they end, then the results. */
  watch(): Promise<void>
}

interface StepRequest {
  label: string
  step: StepId
  user: string
}

/**
 * The modals that are being redrawn at this moment, with how many clicks work on each: opening, "Run again" and
 * "Start" in one modal share what is running and the newest hash. Nothing is lost with it: a modal that another
 * process draws, or none, is drawn anew when it is opened again.
 */
const sessions = new Map<string, { session: StepSession; clicks: number }>()

/** Works on a modal's session, together with other clicks in the same modal. */
export async function withStepSession(
  context: Context,
  modal: OpenModal,
  request: StepRequest,
  work: (session: StepSession) => Promise<void>,
): Promise<void> {
  const shared = sessions.get(modal.viewId) ?? { session: createSession(context, modal, request), clicks: 0 }
  sessions.set(modal.viewId, shared)
  shared.clicks += 1
  try {
    await work(shared.session)
  } finally {
    shared.clicks -= 1
    if (shared.clicks === 0) sessions.delete(modal.viewId)
  }
}

function createSession(context: Context, modal: OpenModal, { label, step, user }: StepRequest): StepSession {
  const running = new Set<CheckId>()
  let { hash } = modal
  let shown = ''
  let open = true
  // One after the other, so that an older state never overwrites a newer one.
  let drawing: Promise<void> = Promise.resolve()

  async function drawNow(): Promise<void> {
    if (!open) return
    const state = await findState(context, label, [...running])
    const view = stepModal(state, step, await findNames(context.db), context.clock.now())
    const content = JSON.stringify(view)
    if (content === shown) return
    try {
      const updated = await context.slack.views.update({
        view_id: modal.viewId,
        // Not known where the form of a manual step lies on top.
        ...(hash && { hash }),
        view,
      })
      hash = updated.view?.hash ?? hash
      shown = content
    } catch (error) {
      // Closed by the person, or drawn by another process meanwhile.
      if (['not_found', 'hash_conflict'].includes(readCode(error) ?? '')) open = false
      // Slack is away: what happened is kept, the card and the thread tell it, and the next drawing shows it.
      else context.log.warn({ error }, 'a modal could not be drawn')
    }
  }

  const draw = (): Promise<void> => {
    const turn = drawing.then(drawNow)
    drawing = turn.catch(() => {})
    return turn
  }

  const check = async () => {
    const state = await findState(context, label)
    const { rotation } = state
    const checks = definitionsOf(state, step)
    if (checks.length === 0 || !openSteps(rotation).includes(step)) return
    for (const { id } of checks) running.add(id)
    const draws = [draw()]
    try {
      await runChecks(context, rotation.id, step, user, (done) => {
        running.delete(done)
        draws.push(draw())
      })
    } finally {
      running.clear()
    }
    await Promise.all([...draws, draw()])
  }

  const watch = async () => {
    const until = Date.now() + WATCH_MS
    let ran = false
    // The job `follow-runs` looks at the CI, once for everybody who watches.
    while (open && Date.now() < until && !context.stopping.aborted) {
      await draw()
      const { rotation } = await findState(context, label)
      if (!rotation.runs.some(isRunning)) break
      ran = true
      await sleep(WATCH_EVERY_MS)
    }
    if (ran && open) await check()
    await draw()
  }

  return { draw, check, watch }
}

/** Whether opening the step should run its checks: not before the workflows that they look at have run. */
export function worthChecking({ rotation }: RotationState, step: StepId): boolean {
  if (!openSteps(rotation).includes(step)) return false
  if (!Object.values(STEP_OF_RUN).includes(step)) return true
  const runs = rotation.runs.filter((run) => STEP_OF_RUN[run.kind] === step)
  return runs.length > 0 && !runs.some(isRunning)
}
