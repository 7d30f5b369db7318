import type { Checkboxes, ModalView, RadioButtons, StaticSelect } from '@slack/types'
import { INCIDENT_TRIGGERS, SEVERITIES, type Severity, type Trigger } from '#domain/rotation/rotation'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { openRotationsMetadata } from './metadata.ts'
import { type OldVersionOptions, oldVersionsBlocks } from './old-versions-input.ts'
import { scopeInput } from './scope-input.ts'
import { registryWarning, type StartOptions, takenWarning } from './start-modal.ts'
import { plural } from './text.ts'

const TRIGGER_OPTIONS: Record<(typeof INCIDENT_TRIGGERS)[number], string> = {
  'policy-hit': 'Policy hit',
  'credential-anomaly': 'Credential anomaly',
  'chaos-drill': 'Chaos drill: practice; nothing leaked',
}

const SEVERITY_OPTIONS: Record<Severity, string> = {
  P1: 'P1: somebody else may be using a token',
  P2: 'P2: a token may have leaked; no sign of use',
  P3: 'P3: precaution or practice',
}

const CALL: Checkboxes = {
  type: 'checkboxes',
  options: [option('Page on-call for this drill too', 'drill')],
}

const OPEN_ROTATION: RadioButtons = {
  type: 'radio_buttons',
  options: [
    option(
      'Turn it into this incident',
      'raise',
      'Only before its workflow starts. Free tokens get a new rotation.',
    ),
    option(
      'Supersede it',
      'supersede',
      'Abort it and rotate everything again. The stricter severity of the two stays.',
    ),
  ],
}

/** Asked only when a token is already in an open rotation: what to do with that rotation. */
const openRotationInput = (open: StartOptions['open']) =>
  open.length === 0
    ? []
    : [
        input(INPUTS.openRotation, 'If a token is already in an open rotation', OPEN_ROTATION, {
          optional: true,
          hint: 'Needed only if you select a token that is listed above.',
        }),
      ]

/** `/rotation incident`: what happened, severity, and which tokens. */
export function incidentModal(
  { tokens, open, environments, agents, problem }: StartOptions,
  oldVersions: OldVersionOptions,
): ModalView {
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
      `It starts immediately and you own it. The registry lists ${plural(tokens.length, 'token')}.`,
      'Promotion to production is blocked until both roles have signed.',
    ]),
    ...registryWarning(problem),
    ...takenWarning(open),
    ...openRotationInput(open),
    input(INPUTS.trigger, 'What happened', triggers),
    input(INPUTS.severity, 'Severity', severities),
    scopeInput(environments, agents),
    ...oldVersionsBlocks(oldVersions),
    textArea(INPUTS.reason, 'What you observed', {
      placeholder: 'What, where, since when. Never paste a token or a key.',
    }),
    textArea(INPUTS.evidence, 'Evidence links', {
      optional: true,
      hint: 'One address per line, starting with https:// or http://.',
    }),
    input(INPUTS.page, 'Paging', CALL, {
      optional: true,
      hint: 'P1 and P2 page on-call immediately; P3 does not. A drill pages nobody unless you tick this.',
    }),
  ]
  const shown = [...new Set(open.map(({ rotation }) => rotation))]
  return modal(FORMS.incident, 'Incident rotation', blocks, {
    submit: 'Open incident',
    metadata: openRotationsMetadata(shown),
  })
}
