import { setTimeout as sleep } from 'node:timers/promises'
import type { ModalView } from '@slack/types'
import { findNames } from '#db/queries/people'
import type { CheckId } from '#domain/rotation/checks'
import { isFollowed } from '#domain/rotation/follow-run'
import { type CheckResult, isRunning, type Role, STEP_OF_RUN } from '#domain/rotation/rotation'
import { isBound } from '#domain/rotation/separation-of-duties'
import type { StepId } from '#domain/rotation/steps'
import { openSteps } from '#domain/rotation/turn'
import { asOfEnd, asOfLately } from '#operations/readings/read-secrets'
import { type RunChecksOptions, runChecks, WHILE_RUNNING } from '#operations/run-checks'
import { withRunning } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { definitionsOf } from '#views/check-lines'
import type { Names, RotationState } from '#views/state'
import { stepModal } from '#views/step-modal'
import { withWorkWarning } from '#views/work-warning'
import { findState } from './find-state.ts'
import { createModalScreen } from './modal-screen.ts'
import type { OpenModal } from './open-modal.ts'

const WATCH_EVERY_MS = 1_000
/** Results that come within this time are drawn together. */
const GATHER_MS = 250
const WATCH_FAILED_EVERY_MS = 3_000
// Someone may leave the modal open; the card and the thread are updated anyway.
const WATCH_MS = 15 * 60_000

/** A step's modal that is open on someone's screen, redrawn as things happen. */
export interface StepSession {
  /** Reads the present state and draws it, unless the modal was closed. */
  draw(): Promise<void>
  /**
   * Runs the step's checks and draws each result as it comes.
   *
   * @param state as it was read just now, if it was
   * @param options how fresh the secrets are that are judged; left out, they are read now
   */
  check(state?: RotationState, options?: Pick<RunChecksOptions, 'freshness' | 'sharedFor'>): Promise<void>
  /**
   * Draws the progress of the runs that were last seen running until they end, then the results.
   *
   * @returns false when there was nothing to wait for
   */
  watch(): Promise<boolean>
  /** Resolves when the newest content is shown, or given up. */
  idle(): Promise<void>
}

/** What a step's modal shows. */
export interface LoadedStep {
  state: RotationState
  names: Names
}

interface StepRequest {
  label: string
  step: StepId
  user: string
  /** The roles as which the person could sign, as long as they do not work on it. */
  atStake?: readonly Role[]
  /** What the modal shows already, as read just now. */
  loaded?: LoadedStep
}

/**
 * The modals that are being redrawn, with how many clicks work on each: opening, "Run again" and "Start" in one modal
 * share what is running and the newest hash. It may be lost: reopening a modal renders it from the database.
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
    await shared.session.idle()
  } finally {
    shared.clicks -= 1
    if (shared.clicks === 0) sessions.delete(modal.viewId)
  }
}

function createSession(context: Context, modal: OpenModal, request: StepRequest): StepSession {
  const { label, step, user, atStake = [] } = request
  const running = new Set<CheckId>()
  /** Results that came after `loaded` was read. */
  const fresh: CheckResult[] = []
  let { loaded = null }: { loaded?: LoadedStep | null } = request
  const screen = createModalScreen(context, modal, async () => render(await load()))
  // One after the other, so that an older state never overwrites a newer one.
  let drawing: Promise<void> = Promise.resolve()

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = drawing.then(work)
    drawing = turn.catch(() => {})
    return turn
  }

  function render(from: LoadedStep): ModalView {
    const state = withRunning(from.state, running, fresh)
    // Whoever has worked on it meanwhile has nothing to lose.
    const left = isBound(state.rotation, user) ? [] : atStake
    return withWorkWarning(stepModal(state, step, from.names, context.clock.now()), left)
  }

  async function show(): Promise<void> {
    if (loaded) await screen.show(render(loaded))
  }

  let gathering: Promise<void> | null = null
  /** Draws what is known in a moment, with what comes until then. */
  const showSoon = (): Promise<void> => {
    gathering ??= sleep(GATHER_MS).then(() => {
      gathering = null
      return inTurn(show)
    })
    return gathering
  }

  async function load(): Promise<LoadedStep> {
    const stored = fresh.length
    loaded = { state: await findState(context, label), names: await findNames(context.db) }
    fresh.splice(0, stored)
    return loaded
  }

  const draw = (): Promise<void> =>
    inTurn(async () => {
      if (!screen.isOpen()) return
      await load()
      await show()
    })

  const check: StepSession['check'] = async (given, options) => {
    const state = given ?? (await load()).state
    const { rotation } = state
    const checks = definitionsOf(state, step)
    if (checks.length === 0 || !openSteps(rotation).includes(step)) return
    for (const { id } of checks) running.add(id)
    // Whoever asked for them must not take the earlier results for new ones.
    void (options ? showSoon() : inTurn(show))
    try {
      const onResult = (result: CheckResult) => {
        running.delete(result.check)
        fresh.push(result)
        void showSoon()
      }
      await runChecks(context, rotation, step, user, { onResult, ...options })
    } finally {
      running.clear()
    }
    await draw()
    await gathering
  }

  /** What a workflow did to the secrets is read after its end; deployments and smoke tests change none. */
  const asOfRuns = (rotationId: number) =>
    step === STEP_OF_RUN.rotate ? asOfEnd(context, rotationId) : asOfLately()

  let watching: Promise<boolean> | null = null
  // Clicks in one modal watch together, so that the checks run once at the end.
  const watch = (): Promise<boolean> => {
    watching ??= follow().finally(() => {
      watching = null
    })
    return watching
  }

  const follow = async () => {
    const until = performance.now() + WATCH_MS
    let ran = false
    // The task `follow-runs` reads the CI, once for everyone who watches.
    while (loaded && isWatched(loaded.state)) {
      if (!screen.isOpen() || performance.now() > until || context.stopping.aborted) return true
      ran = true
      await sleep(loaded.state.rotation.runs.some(isRunning) ? WATCH_EVERY_MS : WATCH_FAILED_EVERY_MS)
      await load()
      // Somebody may start the next run in the meantime: then it goes on.
      if (isWatched(loaded.state)) await inTurn(show)
      else if (screen.isOpen())
        await check(loaded.state, { freshness: asOfRuns(loaded.state.rotation.id), sharedFor: WHILE_RUNNING })
    }
    return ran
  }

  return { draw, check, watch, idle: screen.idle }
}

/** Whether something may change by itself: a failed run can be run again in the CI, under the same id. */
const isWatched = ({ rotation }: RotationState): boolean =>
  rotation.runs.some((run) => isFollowed(rotation, run))

/** Whether opening the step runs its checks: not before the workflows that they look at have run. */
export function worthChecking({ rotation }: RotationState, step: StepId): boolean {
  if (!openSteps(rotation).includes(step)) return false
  if (!Object.values(STEP_OF_RUN).includes(step)) return true
  const runs = rotation.runs.filter((run) => STEP_OF_RUN[run.kind] === step)
  return runs.length > 0 && !runs.some(isRunning)
}
