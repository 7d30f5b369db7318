import type { SlackViewMiddlewareArgs, ViewResponseAction, ViewSubmitAction } from '@slack/bolt'
import { Refusal } from '#domain/rotation/refusal'
import { STEP_IDS } from '#domain/rotation/steps'
import type { Context } from '#src/context'
import { FORMS, INPUTS, type InputId } from '#views/ids'
import { messageModal } from '#views/message-modal'
import { refusalField } from '#views/refusal-field'
import type { Inbox } from '../inbox.ts'
import { explain } from '../respond.ts'
import { submitAbort } from './abort.ts'
import { submitAdoptRun } from './adopt-run.ts'
import { submitBreakGlass } from './break-glass.ts'
import { submitDeploy } from './deploy.ts'
import { submitEscalate } from './escalate.ts'
import { submitExtendRevocation } from './extend-revocation.ts'
import { type FieldErrors, type FormHandler, hasErrors, readSubmission, type ShownInstead } from './form.ts'
import { submitHandoff } from './handoff.ts'
import { submitIncident } from './incident.ts'
import { submitManualStep } from './manual-step.ts'
import { submitRecordRevocation } from './record-revocation.ts'
import { submitReject } from './reject.ts'
import { submitRevokeNow } from './revoke-now.ts'
import { submitRollback } from './rollback.ts'
import { submitSignOff } from './sign-off.ts'
import { submitSnooze } from './snooze.ts'
import { submitStart } from './start.ts'
import { submitStep } from './step.ts'
import { submitWaive } from './waive.ts'
import { submitWithdraw } from './withdraw.ts'

/** All forms by `callback_id`. */
export const FORM_HANDLERS: [string, FormHandler][] = [
  [FORMS.start, submitStart],
  [FORMS.incident, submitIncident],
  ...STEP_IDS.map((step): [string, FormHandler] => [step, submitStep]),
  [FORMS.manualStep, submitManualStep],
  [FORMS.signOff, submitSignOff],
  [FORMS.reject, submitReject],
  [FORMS.deploy, submitDeploy],
  [FORMS.withdraw, submitWithdraw],
  [FORMS.breakGlass, submitBreakGlass],
  [FORMS.waive, submitWaive],
  [FORMS.rollback, submitRollback],
  [FORMS.abort, submitAbort],
  [FORMS.handoff, submitHandoff],
  [FORMS.snooze, submitSnooze],
  [FORMS.recordRevocation, submitRecordRevocation],
  [FORMS.adoptRun, submitAdoptRun],
  [FORMS.escalate, submitEscalate],
  [FORMS.revokeNow, submitRevokeNow],
  [FORMS.extendRevocation, submitExtendRevocation],
]

type Submitted = Pick<SlackViewMiddlewareArgs<ViewSubmitAction>, 'body' | 'view'>
/** Undefined closes the form. */
type FormAnswer = ViewResponseAction | undefined

/** Processes a form and acknowledges it: closes it on success, or shows a sentence at the field of a refusal. */
export async function handleForm(
  { ack, body, view }: SlackViewMiddlewareArgs<ViewSubmitAction>,
  context: Context,
  inbox: Inbox,
): Promise<void> {
  const { user, trigger_id: id } = body
  const answer = await inbox.answer<FormAnswer>(
    { id, user: user.id, name: user.name ?? null, form: view.id },
    async () => toAnswer(view, await findHandler(view.callback_id)(readSubmission(user.id, view), context)),
    (error) => answerError({ body, view }, error, context),
  )
  await (answer ? ack(answer) : ack())
}

const findHandler = (callbackId: string): FormHandler =>
  FORM_HANDLERS.find(([id]) => id === callbackId)?.[1] ?? refuseOlder

const refuseOlder: FormHandler = () => Promise.reject(new Refusal('older-version', {}))

function toAnswer(view: Submitted['view'], result: FieldErrors | ShownInstead | null): FormAnswer {
  if (result && 'show' in result) return { response_action: 'update', view: result.show }
  const errors = result
  const [sentence] = Object.values(errors ?? {})
  // Slack shows no error of a form that has no input.
  if (sentence && !view.blocks.some((block) => block.type === 'input'))
    return { response_action: 'update', view: messageModal(view.title.text, sentence) }
  return errors && hasErrors(errors) ? { response_action: 'errors', errors } : undefined
}

async function answerError({ view }: Submitted, error: unknown, context: Context): Promise<FormAnswer> {
  const inputs = inputsOf(view.blocks)
  const field = error instanceof Refusal ? refusalField(error.code, inputs) : inputs[0]
  // A form of another version may have inputs that this one does not know.
  const shown = field && inputs.includes(field) ? field : view.blocks.find(isAnyInput)?.block_id
  return toAnswer(view, { [shown ?? INPUTS.reason]: await explain(context, error) })
}

const isAnyInput = ({ type }: { type: string }): boolean => type === 'input'

const KNOWN_INPUTS: readonly string[] = Object.values(INPUTS)
const isInput = (id: string): id is InputId => KNOWN_INPUTS.includes(id)

const inputsOf = (blocks: SlackViewMiddlewareArgs['view']['blocks']): InputId[] =>
  blocks.flatMap((block) =>
    block.type === 'input' && block.block_id && isInput(block.block_id) ? [block.block_id] : [],
  )
