import type { CheckDefinition } from '#rotation/checks'

/**
 * The runbook's checks as the examples have them. Apart from `src/checks`, so that another check there changes no
 * example; `test/architecture` holds that these are what the bot has.
 */
export const EXAMPLE_CHECKS: readonly CheckDefinition[] = [
  { id: 'inventory-exported', step: 'inventory-review', title: 'Token list exported', backs: null },
  { id: 'metadata-complete', step: 'inventory-review', title: 'Metadata is complete', backs: 'metadata' },
  { id: 'workflow-succeeded', step: 'rotation-execution', title: 'Workflow finished', backs: null },
  { id: 'new-version-current', step: 'rotation-execution', title: 'New version is current', backs: 'tags' },
  { id: 'tags-correct', step: 'rotation-execution', title: 'Tags are correct', backs: 'tags' },
  {
    id: 'old-version-revoked',
    step: 'rotation-execution',
    title: 'Old version revoked',
    backs: 'revocation',
  },
  { id: 'log-appended', step: 'audit-logging', title: 'Log entry committed', backs: null },
]
