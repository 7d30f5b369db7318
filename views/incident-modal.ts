import type { Checkboxes, KnownBlock, ModalView, RadioButtons, StaticSelect } from '@slack/types'
import {
  INCIDENT_TRIGGERS,
  rotationLabel,
  SEVERITIES,
  type Severity,
  type Trigger,
} from '#domain/rotation/rotation'
import { input, modal, option, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { openRotationsMetadata } from './metadata.ts'
import { type OldVersionOptions, oldVersionsBlocks } from './old-versions-input.ts'
import { scopeBlocks } from './scope-input.ts'
import { registryWarning, type StartOptions, takenWarning } from './start-modal.ts'
import { list, plural } from './text.ts'

const TRIGGER_OPTIONS: Record<(typeof INCIDENT_TRIGGERS)[number], string> = {
  'policy-hit': 'Policy hit: a rule of the security policy asks for new tokens',
  'credential-anomaly': 'Credential anomaly: a token leaked or may have leaked',
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

const RAISE = option(
  'Turn it into this incident',
  'raise',
  'Only before its workflow starts. Free tokens get a new rotation.',
)
const SUPERSEDE = option(
  'Supersede it',
  'supersede',
  'Abort it and rotate everything again. The stricter severity of the two stays.',
)

/** Asked only when a token is already in an open rotation: what to do with that rotation. */
function openRotationInput(open: StartOptions['open'], mayRaise: boolean) {
  if (open.length === 0) return []
  const rotations = [...new Set(open.map(({ rotation }) => rotationLabel(rotation)))]
  const element: RadioButtons = {
    type: 'radio_buttons',
    options: [RAISE, SUPERSEDE],
    initial_option: mayRaise ? RAISE : SUPERSEDE,
  }
  return [
    input(INPUTS.openRotation, `If you chose a token of ${list(rotations, ROTATIONS_NAMED)}`, element, {
      optional: true,
      hint: 'Counts only then. A drill never changes another rotation.',
    }),
  ]
}

const ROTATIONS_NAMED = 9

type IncidentTrigger = (typeof INCIDENT_TRIGGERS)[number]

/** What only one kind of incident needs; nothing before it is chosen. */
const ASKED: Record<IncidentTrigger, (oldVersions: OldVersionOptions) => KnownBlock[]> = {
  'policy-hit': () => [],
  'credential-anomaly': oldVersionsBlocks,
  'chaos-drill': () => [
    input(INPUTS.page, 'Paging', CALL, {
      optional: true,
      hint: 'A drill pages nobody unless you tick this.',
    }),
  ],
}

/**
 * `/rotation incident`: what happened, severity, and which tokens.
 *
 * @param trigger what was chosen in it; the choice updates the form
 * @param mayRaise whether each open rotation can become the incident
 */
export function incidentModal(
  options: StartOptions,
  oldVersions: OldVersionOptions,
  { trigger, mayRaise = true }: { trigger?: IncidentTrigger | undefined; mayRaise?: boolean } = {},
): ModalView {
  const { tokens, open, problem } = options
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
    ...takenWarning(open, tokens.length, 'Say below what happens to that rotation, or leave them out.'),
    { ...input(INPUTS.trigger, 'What happened', triggers), dispatch_action: true },
    input(INPUTS.severity, 'Severity', severities, {
      hint: 'P1 and P2 page on-call immediately; P3 and drills do not.',
    }),
    ...scopeBlocks(options),
    ...openRotationInput(open, mayRaise),
    ...(trigger ? ASKED[trigger](oldVersions) : []),
    textArea(INPUTS.reason, 'What you observed', {
      placeholder: 'What, where, since when. Never paste a token or a key.',
    }),
    textArea(INPUTS.evidence, 'Evidence links', {
      optional: true,
      hint: 'One address per line, starting with https:// or http://.',
    }),
  ]
  const shown = [...new Set(open.map(({ rotation }) => rotation))]
  return modal(FORMS.incident, 'Incident rotation', blocks, {
    submit: 'Open incident',
    metadata: openRotationsMetadata(shown),
  })
}
