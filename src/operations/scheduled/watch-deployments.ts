import { findOpenRotations } from '#db/queries/rotations'
import { exposedEnvironments, recordDeviations } from '#domain/rotation/deviations'
import { change } from '#operations/change'
import { countedDeployments } from '#operations/readings/counted-deployments'
import type { Context } from '#src/context'

/** Records deployments by others to environments that wait for the sign-offs, while a signature is missing. */
export async function watchDeployments(context: Context): Promise<void> {
  for (const rotation of await findOpenRotations(context.db)) {
    for (const environment of exposedEnvironments(rotation, context.config.environments)) {
      const { deployments, problem } = await countedDeployments(context, rotation, environment)
      if (problem) context.log.debug({ problem, rotation: rotation.id }, 'deployments could not be read')
      if (deployments.length === 0) continue
      const at = context.clock.now()
      await change(context, rotation.id, (now) => recordDeviations(now, environment, deployments, at))
    }
  }
}
