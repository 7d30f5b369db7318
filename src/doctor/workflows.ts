import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import type { Environment } from '#domain/rotation/environments'
import { RUN_KINDS, type RunKind } from '#domain/rotation/rotation'
import { broken, type HealthCheck, orFine } from './health-check.ts'
import { findWorkflowFaults } from './workflow-file.ts'

const KINDS: readonly RunKind[] = RUN_KINDS

/** Each workflow is active, takes the bot's inputs, and has a run-name by which its runs are found. */
export const workflows: HealthCheck = {
  id: 'workflows',
  title: 'Workflows',
  async run(diagnostics) {
    const { config } = diagnostics
    const results = await Promise.all(KINDS.map((kind) => inspectOne(diagnostics, kind)))
    const files = KINDS.map((kind) => config.workflows[kind]).join(', ')
    return orFine(results.flat(), `${files} are active and accept the bot’s inputs`)
  },
}

/** The environments that a workflow is started for. */
const environmentsOf = (kind: RunKind, environments: readonly Environment[]): string[] =>
  environments
    .filter(({ takes, smoke }) => (kind === 'deploy' ? takes === 'deploy' : kind === 'smoke' && smoke))
    .map(({ name }) => name)

async function inspectOne(
  { ci, repositoryRecords, config }: Diagnostics,
  kind: RunKind,
): Promise<HealthCheckResult[]> {
  const { file, place, workflow } = await ci.readWorkflow(kind)
  if (!workflow)
    return [
      broken(
        `There is no workflow ${file} in ${place}`,
        `Add .github/workflows/${file}, or correct workflows.${kind} in the config; docs/workflows/ has one to copy.`,
      ),
    ]
  const disabled =
    workflow.state === 'active'
      ? []
      : [
          broken(
            `The workflow ${file} does not run: ${workflow.state}`,
            `Enable it under Actions: ${workflow.url}`,
          ),
        ]
  // When the secrets manager rotates, the CI workflow is not started.
  if (kind === 'rotate' && config.rotatesWith === 'secrets-manager') return disabled
  const text = await repositoryRecords.readWorkflowFile(kind)
  if (text === null)
    return [
      ...disabled,
      broken(
        `The file of ${file} is not on the branch ${config.repository.branch}, from which the bot starts it`,
        `Merge .github/workflows/${file} into ${config.repository.branch}.`,
      ),
    ]
  const environments = environmentsOf(kind, config.environments)
  const faults = await findWorkflowFaults(kind, text, { environments, revoker: config.revoker })
  return [
    ...disabled,
    ...faults.map(({ sentence, remediation }) => broken(`The workflow ${file}: ${sentence}`, remediation)),
  ]
}
