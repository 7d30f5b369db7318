/** What a machine verifies. The ids are kept in the history: never rename one. */
export type CheckId =
  | 'inventory-exported'
  | 'metadata-complete'
  | 'workflow-succeeded'
  | 'new-version-current'
  | 'tags-correct'
  | 'old-version-revoked'
  | 'log-appended'

/** What a person confirms, in the runbook's own words. */
export interface Attestation {
  id: string
  sentence: string
  /** The checks that look at the same thing; none means it stands on the person's word alone. */
  checks: readonly CheckId[]
}

export interface StepDefinition {
  /** Its place in the runbook, from 1. */
  number: number
  title: string
  /** The steps that must be done before this one opens. */
  after: readonly string[]
  checks: readonly CheckId[]
  attestations: readonly Attestation[]
}

/**
 * The Validation Checklist of the runbook. A sentence that checks decide entirely is not asked of a person;
 * every other sentence is an attestation.
 */
export const STEPS = {
  'inventory-review': {
    number: 1,
    title: 'Inventory review',
    after: [],
    checks: ['inventory-exported', 'metadata-complete'],
    attestations: [
      {
        id: 'metadata',
        sentence: 'Confirm metadata: owner, environment, creation timestamp, last rotated timestamp.',
        checks: ['metadata-complete'],
      },
    ],
  },
  'automation-health': {
    number: 2,
    title: 'Automation health',
    after: [],
    checks: [],
    attestations: [
      {
        id: 'last-run',
        sentence:
          'Inspect CI/CD job agents:rotate-tokens (or equivalent) for the last run; ensure success status.',
        checks: [],
      },
      {
        id: 'notification',
        sentence: 'Verify webhook/notification to Slack #flashfusion-ai for rotation completion.',
        checks: [],
      },
    ],
  },
  'rotation-execution': {
    number: 3,
    title: 'Rotation execution',
    after: ['inventory-review', 'automation-health'],
    checks: ['workflow-succeeded', 'new-version-current', 'tags-correct', 'old-version-revoked'],
    attestations: [
      {
        id: 'tags',
        sentence: 'Confirm new secret version created with correct tags (env, scope, expiry).',
        checks: ['new-version-current', 'tags-correct'],
      },
      {
        id: 'revocation',
        sentence: 'Validate old token revoked or scheduled for revocation within 24 hours.',
        checks: ['old-version-revoked'],
      },
    ],
  },
  'integration-verification': {
    number: 4,
    title: 'Integration verification',
    after: ['rotation-execution'],
    checks: [],
    attestations: [
      {
        id: 'smoke',
        sentence: 'Deploy to staging with fresh tokens; run smoke test: pnpm agents:simulate --suite smoke.',
        checks: [],
      },
      {
        id: 'telemetry',
        sentence: 'Check telemetry for authentication success and absence of token-expiry warnings.',
        checks: [],
      },
    ],
  },
  'audit-logging': {
    number: 5,
    title: 'Audit logging',
    after: ['integration-verification'],
    checks: ['log-appended'],
    attestations: [
      {
        id: 'ticket',
        sentence: 'Update ticket OPS-DEVOPS-ROTATION with evidence links (screenshots, log excerpts).',
        checks: [],
      },
    ],
  },
} as const satisfies Record<string, StepDefinition>

export type StepId = keyof typeof STEPS

export const STEP_IDS = Object.keys(STEPS) as StepId[]

export const stepDefinition = (id: StepId): StepDefinition => STEPS[id]

export const isStepId = (text: string): text is StepId => Object.hasOwn(STEPS, text)

/** The step that a check belongs to. */
export function stepOfCheck(check: CheckId): StepId {
  const step = STEP_IDS.find((id) => stepDefinition(id).checks.includes(check))
  if (!step) throw new TypeError(`check ${check} belongs to no step`)
  return step
}

export const CHECK_TITLES: Record<CheckId, string> = {
  'inventory-exported': 'Token list exported',
  'metadata-complete': 'Metadata is complete',
  'workflow-succeeded': 'Workflow finished',
  'new-version-current': 'New version is current',
  'tags-correct': 'Tags are correct',
  'old-version-revoked': 'Old version revoked',
  'log-appended': 'Log entry committed',
}
