import type { ModalView } from '@slack/types'
import { INCIDENT_TRIGGERS, SEVERITIES } from '#domain/rotation/rotation'
import { STEP_IDS, stepDefinition } from '#domain/rotation/steps'
import { input, option, plain } from '#views/blocks'
import { INPUTS, type InputId } from '#views/ids'
import { SCOPE_VALUES } from '#views/scope-input'
import type { Answers } from './person.ts'

const options = (values: readonly string[]) => values.map((value) => option(value, value))
const text = { type: 'plain_text_input' } as const

const ATTESTATIONS = STEP_IDS.flatMap((step) => stepDefinition(step).attestations.map((each) => each.id))

const BLOCKS = [
  input(INPUTS.scope, 'scope', {
    type: 'multi_static_select',
    options: options([SCOPE_VALUES.environment('sandbox')]),
  }),
  input(INPUTS.trigger, 'trigger', { type: 'static_select', options: options(INCIDENT_TRIGGERS) }),
  input(INPUTS.severity, 'severity', { type: 'static_select', options: options(SEVERITIES) }),
  input(INPUTS.attest, 'attest', { type: 'checkboxes', options: options(ATTESTATIONS) }),
  input(INPUTS.check, 'check', { type: 'static_select', options: options(['workflow-succeeded']) }),
  input(INPUTS.steps, 'steps', { type: 'checkboxes', options: options(STEP_IDS) }),
  input(INPUTS.openRotation, 'open-rotation', {
    type: 'radio_buttons',
    options: options(['raise', 'supersede']),
  }),
  input(INPUTS.page, 'page', { type: 'checkboxes', options: options(['drill']) }),
  input(INPUTS.done, 'done', { type: 'datetimepicker' }),
  input(INPUTS.files, 'files', { type: 'file_input' }, { optional: true }),
  input(INPUTS.run, 'run', { type: 'static_select', options: options(['8831:1']) }),
  input(INPUTS.environment, 'environment', { type: 'static_select', options: options(['staging']) }),
  input(INPUTS.owner, 'owner', { type: 'users_select' }),
  input(INPUTS.until, 'until', { type: 'datepicker' }),
  ...([INPUTS.reason, INPUTS.notes, INPUTS.commands, INPUTS.comment] as const).map((id) =>
    input(id, id, text),
  ),
  ...([INPUTS.evidence, INPUTS.proof] as const).map((id) => input(id, id, text)),
]

/** Valid answers for all of them. */
export const FORGED_ANSWERS = {
  scope: [SCOPE_VALUES.environment('sandbox')],
  trigger: 'policy-hit',
  severity: 'P2',
  attest: ATTESTATIONS,
  check: 'workflow-succeeded',
  steps: ['audit-logging'],
  'open-rotation': 'raise',
  'old-versions': 'disable-when-deployed',
  page: ['drill'],
  done: '1700000000',
  versions: ['1'],
  run: '8831:1',
  environment: 'staging',
  owner: { user: 'U0OPERATOR' },
  until: '2026-12-03',
  hours: '4',
  reason: 'a reason',
  notes: 'a note',
  commands: 'a command',
  comment: 'a comment',
  evidence: 'https://evidence.example/1',
  files: { files: [] },
  proof: 'https://proof.example/1',
} satisfies Record<InputId, Answers[string]>

/** A forged modal with the callback id of one of the bot's forms, and every input. */
export const forgedForm = (callbackId: string, metadata: Record<string, string>): ModalView => ({
  type: 'modal',
  callback_id: callbackId,
  private_metadata: JSON.stringify(metadata),
  title: plain('A form', 24),
  submit: plain('Send', 24),
  blocks: BLOCKS,
})

/** A forged step modal with one of the bot's buttons. */
export const forgedButton = (callbackId: string, actionId: string, value: string): ModalView => ({
  type: 'modal',
  callback_id: callbackId,
  private_metadata: JSON.stringify({ rotation: value }),
  title: plain('A button', 24),
  blocks: [
    {
      type: 'actions',
      elements: [{ type: 'button', text: plain('Press', 75), action_id: actionId, value }],
    },
  ],
})
