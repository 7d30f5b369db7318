/** What the runbook's sentences name; each is set in the config. */
export interface RunbookNames {
  /** Where completion notices go: `#name`, or an id. */
  channel: string
  /** The workflow file that rotates. */
  rotateWorkflow: string
  /** What step 4 deploys to and tests. */
  smokeEnvironment: string
  smokeCommand: string
  ticket: string
}

/** A statement in the runbook's own words: checks verify it, or a person confirms it. */
export interface AttestationDefinition {
  /** Stored in the history: never rename one. */
  id: string
  /** What a person ticks below the sentence. */
  tick: string
  sentence(names: RunbookNames): string
}

export interface StepDefinition {
  number: number
  title: string
  after: readonly string[]
  attestations: readonly AttestationDefinition[]
}

/** The runbook's Validation Checklist. Sentences that checks decide entirely are not attestations. */
export const STEPS = {
  'inventory-review': {
    number: 1,
    title: 'Inventory review',
    after: [],
    attestations: [
      {
        id: 'metadata',
        tick: 'I confirmed the metadata',
        sentence: () => 'Confirm metadata: owner, environment, creation timestamp, last rotated timestamp.',
      },
    ],
  },
  'automation-health': {
    number: 2,
    title: 'Automation health',
    after: [],
    attestations: [
      {
        id: 'last-run',
        tick: 'I inspected the last run: it succeeded',
        sentence: ({ rotateWorkflow }) =>
          `Inspect CI/CD job ${rotateWorkflow} (or equivalent) for the last run; ensure success status.`,
      },
      {
        id: 'notification',
        tick: 'I saw the notification in the channel',
        sentence: ({ channel }) => `Verify webhook/notification to Slack ${channel} for rotation completion.`,
      },
    ],
  },
  'rotation-execution': {
    number: 3,
    title: 'Rotation execution',
    after: ['inventory-review', 'automation-health'],
    attestations: [
      {
        id: 'tags',
        tick: 'I confirmed the new versions and their tags',
        sentence: () => 'Confirm new secret version created with correct tags (env, scope, expiry).',
      },
      {
        id: 'revocation',
        tick: 'I validated that the old tokens are or will be revoked',
        sentence: () => 'Validate old token revoked or scheduled for revocation within 24 hours.',
      },
    ],
  },
  'integration-verification': {
    number: 4,
    title: 'Integration verification',
    after: ['rotation-execution'],
    attestations: [
      {
        id: 'smoke',
        tick: 'I saw the deployment and the smoke test succeed',
        sentence: ({ smokeEnvironment, smokeCommand }) =>
          `Deploy to ${smokeEnvironment} with fresh tokens; run smoke test: ${smokeCommand}.`,
      },
      {
        id: 'telemetry',
        tick: 'I checked the telemetry',
        sentence: () => 'Check telemetry for authentication success and absence of token-expiry warnings.',
      },
    ],
  },
  'audit-logging': {
    number: 5,
    title: 'Audit logging',
    after: ['integration-verification'],
    attestations: [
      {
        id: 'ticket',
        tick: 'I saw the evidence in the ticket',
        sentence: ({ ticket }) => `Update ticket ${ticket} with evidence links (screenshots, log excerpts).`,
      },
    ],
  },
} as const satisfies Record<string, StepDefinition>

export type StepId = keyof typeof STEPS

export const STEP_IDS = Object.keys(STEPS) as StepId[]

export const stepDefinition = (id: StepId): StepDefinition => STEPS[id]

export const isStepId = (text: string): text is StepId => Object.hasOwn(STEPS, text)
