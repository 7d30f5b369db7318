import type { CheckDefinition } from '#domain/rotation/checks'

/**
 * The checks of the examples, separate from `src/checks` so that a new check changes no example.
 * `test/architecture` compares the two.
 */
export const EXAMPLE_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'inventory-exported',
    step: 'inventory-review',
    title: 'Token list exported',
    how: 'lists all secrets and finds the upload in the thread',
    backs: null,
  },
  {
    id: 'metadata-complete',
    step: 'inventory-review',
    title: 'Metadata is complete',
    how: 'reads each secret’s tags and versions',
    backs: 'metadata',
  },
  {
    id: 'workflow-succeeded',
    step: 'rotation-execution',
    title: 'Workflow finished',
    how: 'reads the run where it was carried out',
    backs: null,
  },
  {
    id: 'new-version-current',
    step: 'rotation-execution',
    title: 'New version is current',
    how: 'reads each secret’s versions',
    backs: 'tags',
  },
  {
    id: 'tags-correct',
    step: 'rotation-execution',
    title: 'Tags are correct',
    how: 'reads each secret’s tags',
    backs: 'tags',
  },
  {
    id: 'old-version-revoked',
    step: 'rotation-execution',
    title: 'Old version revoked',
    how: 'reads each secret’s versions and the issuer’s date',
    backs: 'revocation',
  },
  {
    id: 'log-appended',
    step: 'audit-logging',
    title: 'Log entry committed',
    how: 'reads the log back from the branch and compares it with the history',
    backs: null,
  },
]

const inEnvironment = (name: string, step: CheckDefinition['step'], smoke = false): CheckDefinition[] => {
  const common = { step, environment: name }
  const backs = (id: string) => (step === 'promotion' ? null : id)
  return [
    {
      ...common,
      id: `deployed:${name}`,
      title: `Deployed to ${name}`,
      how: 'reads the deployment’s run in the CI and each secret’s versions',
      backs: backs('smoke'),
      partly: true,
    },
    ...(smoke
      ? [
          {
            ...common,
            id: `smoke-passed:${name}`,
            title: `Smoke test passed in ${name}`,
            how: 'reads the smoke test’s run in the CI',
            backs: backs('smoke'),
          },
        ]
      : []),
    {
      ...common,
      id: `agents-work:${name}`,
      title: `Agents work in ${name}`,
      how: 'asks the telemetry about the time since agents have the new tokens',
      backs: backs('telemetry'),
    },
  ]
}

/** The checks of the runbook's environments, for the examples that are about environments. */
export const EXAMPLE_ENVIRONMENT_CHECKS: readonly CheckDefinition[] = [
  ...inEnvironment('sandbox', 'integration-verification'),
  ...inEnvironment('staging', 'integration-verification', true),
  ...inEnvironment('production', 'promotion'),
]
