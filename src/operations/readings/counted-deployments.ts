import type { DeploymentSeen } from '#domain/ports/systems'
import type { Environment } from '#domain/rotation/environments'
import type { Rotation } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

/** The deployments that count for an environment. */
export interface CountedDeployments {
  /** Since the rotation was opened, newest first. */
  deployments: DeploymentSeen[]
  /** Why the CI does not show its deployments, a sentence; null when it does. */
  problem: string | null
}

/**
 * Reads the deployments to an environment that belong to the deployment workflow or to those in `deployed-by`: any job that
 * names an environment makes one, the rotation workflow's too. A CI without deployments, or that hides them, is no error.
 */
export async function countedDeployments(
  { ci, config }: Pick<Context, 'ci' | 'config'>,
  { openedAt }: Pick<Rotation, 'openedAt'>,
  { name, deployedBy }: Environment,
): Promise<CountedDeployments> {
  const files = [config.workflows.deploy, ...deployedBy]
  try {
    const all = await ci.listDeployments(name, openedAt)
    const deployments = all.filter(({ workflow }) => workflow !== null && files.includes(workflow))
    return { deployments, problem: null }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { deployments: [], problem: error.message }
  }
}
