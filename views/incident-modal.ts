import type { Checkboxes, ModalView, RadioButtons, StaticSelect } from '@slack/types'
import { INCIDENT_TRIGGERS, SEVERITIES, type Severity, type Trigger } from '#domain/rotation/rotation'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { scopeInput } from './scope-input.ts'
import { registryWarning, type StartOptions, takenWarning } from './start-modal.ts'
import { plural } from './text.ts'

const TRIGGER_OPTIONS: Record<(typeof INCIDENT_TRIGGERS)[number], string> = {
  'policy-hit': 'Policy hit',
  'credential-anomaly': 'Credential anomaly',
  'chaos-drill': 'Chaos drill: practice, nothing leaked',
}

const SEVERITY_OPTIONS: Record<Severity, string> = {
  P1: 'P1: a token may be in use by somebody else',
  P2: 'P2: a token may have leaked, no sign of use',
  P3: 'P3: a precaution, or practice',
}

const CALL: Checkboxes = {
  type: 'checkboxes',
  options: [option('A drill, too: page on-call as if it were real', 'drill')],
}

const OPEN_ROTATION: RadioButtons = {
  type: 'radio_buttons',
  options: [
    option(
      'Raise it to this incident',
      'raise',
      'Until its workflow was started. Tokens in none open beside it.',
    ),
    option('Supersede it', 'supersede', 'It is aborted, and all is rotated anew. Each names the other.'),
  ],
}

/** Only where a token is taken: what becomes of the rotation that has it. */
const openRotationInput = (open: StartOptions['open']) =>
  open.length === 0
    ? []
    : [
        input(INPUTS.openRotation, 'If a token here is already in an open rotation', OPEN_ROTATION, {
          optional: true,
          hint: 'Needed only when the tokens below are among those named above.',
        }),
      ]

/** `/rotation incident`: what happened, how bad, for which tokens. */
export function incidentModal({ tokens, open, environments, agents, problem }: StartOptions): ModalView {
  const triggers: StaticSelect = {
    type: 'static_select',
    options: INCIDENT_TRIGGERS.map((trigger) => option(TRIGGER_OPTIONS[trigger], trigger satisfies Trigger)),
  }
  const severities: StaticSelect = {
    type: 'static_select',
    options: SEVERITIES.map((severity) => option(SEVERITY_OPTIONS[severity], severity)),
  }
  const blocks = [
    section([
      `It begins at once and you own it. The registry lists ${plural(tokens.length, 'token')}.`,
      'Promotion to production is closed from then on, until both roles have signed.',
    ]),
    ...registryWarning(problem),
    ...takenWarning(open),
    ...openRotationInput(open),
    input(INPUTS.trigger, 'What happened', triggers),
    input(INPUTS.severity, 'Severity', severities),
    scopeInput(environments, agents),
    textArea(INPUTS.reason, 'What was seen', {
      placeholder: 'What, where, since when. Never paste a token or a key.',
    }),
    textArea(INPUTS.evidence, 'Evidence links', {
      optional: true,
      hint: 'One address a line, beginning with https:// or http://.',
    }),
    input(INPUTS.page, 'Calling people', CALL, {
      optional: true,
      hint: 'P1 and P2 call on-call at once, P3 does not. A drill calls nobody unless you tick this.',
    }),
  ]
  return modal(FORMS.incident, 'Incident rotation', blocks, { submit: 'Open incident' })
}
