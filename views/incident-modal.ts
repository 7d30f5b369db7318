import type { ModalView, StaticSelect } from '@slack/types'
import { INCIDENT_TRIGGERS, SEVERITIES, type Severity, type Trigger } from '#rotation/rotation'
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
    section(`It begins at once and you own it. The registry lists ${plural(tokens.length, 'token')}.`),
    ...registryWarning(problem),
    ...takenWarning(open),
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
  ]
  return modal(FORMS.incident, 'Incident rotation', blocks, { submit: 'Open incident' })
}
