import type { BlockAction, SlackActionMiddlewareArgs } from '@slack/bolt'
import { Refusal } from '#domain/rotation/refusal'
import { isStepId } from '#domain/rotation/steps'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { ACTION_PATTERNS, ACTIONS, INPUTS, parseMenuValue } from '#views/ids'
import { findState } from '../find-state.ts'
import { readSubmission } from '../forms/form.ts'
import type { Inbox } from '../inbox.ts'
import { findRolesAtStake } from '../may-work.ts'
import { openAbortModal } from '../slash/abort.ts'
import { openIncidentModal } from '../slash/incident.ts'
import { openRollbackModal } from '../slash/rollback.ts'
import { openStartModal } from '../slash/start.ts'
import { withStepSession } from '../step-session.ts'
import { openAdoptRun } from './adopt-run.ts'
import { acknowledgeEscalation, standDownEscalation } from './answer-escalation.ts'
import { acknowledge as acknowledgeBreakGlass, openBreakGlass } from './break-glass.ts'
import type { ButtonHandler, Click } from './button.ts'
import { chooseScope } from './choose-scope.ts'
import { chooseTrigger } from './choose-trigger.ts'
import { deploy } from './deploy.ts'
import { escalateNow, openEscalate } from './escalate.ts'
import { exportInventory } from './export-inventory.ts'
import { openExtendRevocation } from './extend-revocation.ts'
import { openHandoff } from './handoff.ts'
import { openManualStep } from './manual-step.ts'
import { openStep } from './open-step.ts'
import { quoteLines } from './quote-lines.ts'
import { openRecordRevocation } from './record-revocation.ts'
import { openReject } from './reject.ts'
import { openRevokeNow } from './revoke-now.ts'
import { runChecksAgain } from './run-checks.ts'
import { shareStatus } from './share-status.ts'
import { showHelp } from './show-help.ts'
import { showStatus } from './show-status.ts'
import { showTimeline } from './show-timeline.ts'
import { openSignOff } from './sign-off.ts'
import { openSnooze } from './snooze.ts'
import { startDue } from './start-due.ts'
import { startRun } from './start-run.ts'
import { verify } from './verify.ts'
import { openWithdraw } from './withdraw.ts'

/** All buttons by `action_id`. */
export const BUTTONS: [string | RegExp, ButtonHandler][] = [
  [ACTION_PATTERNS.openStep, openStep],
  [ACTION_PATTERNS.signOff, openSignOff],
  [ACTIONS.reject, openReject],
  [ACTIONS.recordManualStep, openManualStep],
  [ACTIONS.recordRevocation, openRecordRevocation],
  [ACTIONS.revokeNow, openRevokeNow],
  [ACTIONS.extendRevocation, openExtendRevocation],
  [ACTIONS.handoff, openHandoff],
  [ACTIONS.escalate, escalateNow],
  [ACTIONS.acknowledge, acknowledgeEscalation],
  [ACTIONS.standDown, standDownEscalation],
  [
    ACTIONS.rollback,
    ({ value: label, user, trigger }, context) => openRollbackModal(context, { trigger, user, label }),
  ],
  [
    ACTIONS.abort,
    ({ value: label, user, trigger }, context) => openAbortModal(context, { trigger, user, label }),
  ],
  [ACTIONS.runChecks, runChecksAgain],
  [ACTIONS.startWorkflow, startRun('rotate')],
  [ACTION_PATTERNS.deploy, deploy],
  [ACTION_PATTERNS.verify, verify],
  [ACTIONS.withdraw, openWithdraw],
  [ACTIONS.breakGlass, openBreakGlass],
  [ACTIONS.acknowledgeBreakGlass, acknowledgeBreakGlass],
  [ACTIONS.runSmoke, startRun('smoke')],
  [ACTION_PATTERNS.quoteLines, quoteLines],
  [ACTIONS.adoptRun, openAdoptRun],
  [ACTIONS.shareStatus, shareStatus],
  [ACTIONS.showStatus, showStatus],
  [ACTIONS.showHelp, showHelp],
  [ACTIONS.openIncident, ({ user, trigger }, context) => openIncidentModal(context, { trigger, user })],
  [ACTIONS.startDue, startDue],
  [ACTIONS.snooze, openSnooze],
  [INPUTS.trigger, chooseTrigger],
  [INPUTS.scope, chooseScope],
  [ACTIONS.exportInventory, exportInventory],
  [ACTIONS.showTimeline, showTimeline],
  [ACTIONS.openStart, ({ user, trigger }, context) => openStartModal(context, { trigger, user, reason: '' })],
]

/** Options of a menu that act otherwise than the button of the same name. */
const MENU: [string, ButtonHandler][] = [[ACTIONS.escalate, openEscalate]]

/** Acknowledges a click, then calls the button's handler. @throws Refusal `older-version` for an unknown button */
export async function handleButton(
  { ack, body, action }: SlackActionMiddlewareArgs<BlockAction>,
  context: Context,
  inbox: Inbox,
): Promise<void> {
  await ack()
  const { view, user } = body
  const { actionId, value, handler } = readAction(action)
  // Slack also reports clicks on links.
  if (!handler && action.type !== 'overflow' && (action.type !== 'button' || action.url)) return
  const click: Click = {
    user: user.id,
    trigger: body.trigger_id,
    actionId,
    value,
    responseUrl: body.response_url ?? null,
    modal: view?.type === 'modal' ? { viewId: view.id, hash: view.hash, callbackId: view.callback_id } : null,
    form: view?.type === 'modal' ? readSubmission(user.id, view) : null,
  }
  await inbox.take({ id: body.trigger_id, user: user.id, name: user.name ?? null }, async () => {
    if (!handler) throw new Refusal('older-version', {})
    try {
      await handler(click, context)
    } catch (error) {
      if (isLateCopy(error, action.action_ts, context)) return
      if (error instanceof Refusal) redrawStep(click, context)
      throw error
    }
  })
}

/** Long after a click, only a copy of it asks for a modal: whoever clicked has given up. */
const isLateCopy = (error: unknown, clickedAt: string, { clock }: Context): boolean =>
  readCode(error) === 'expired_trigger_id' &&
  Date.parse(clock.now()) - Number(clickedAt) * 1_000 > GIVEN_UP_MS

/** What was refused may be on a screen that is older than the rotation. */
function redrawStep({ modal, value: label, user }: Click, context: Context): void {
  if (!modal || !isStepId(modal.callbackId)) return
  const { callbackId: step } = modal
  findState(context, label)
    .then(async ({ rotation }) => {
      const atStake = await findRolesAtStake(context, rotation, user)
      await withStepSession(context, modal, { label, step, user, atStake }, (session) => session.draw())
    })
    .catch((error: unknown) => context.log.warn({ error }, 'a modal could not be updated'))
}

const GIVEN_UP_MS = 60_000

type Action = SlackActionMiddlewareArgs<BlockAction>['action']

/** What was chosen: a button, or an option of a menu that acts as the button that its value names. */
function readAction(
  action: Action,
): Pick<Click, 'actionId' | 'value'> & { handler: ButtonHandler | undefined } {
  if (action.type === 'overflow') {
    const chosen = parseMenuValue(action.selected_option.value ?? '')
    return { ...chosen, handler: findHandler(chosen.actionId, [...MENU, ...BUTTONS]) }
  }
  const { action_id: actionId } = action
  const chosen = action.type === 'static_select' ? action.selected_option?.value : undefined
  const value = 'value' in action ? (action.value ?? '') : (chosen ?? '')
  return { actionId, value, handler: findHandler(actionId, BUTTONS) }
}

const findHandler = (actionId: string, handlers: typeof BUTTONS): ButtonHandler | undefined =>
  handlers.find(([id]) => (typeof id === 'string' ? id === actionId : id.test(actionId)))?.[1]
