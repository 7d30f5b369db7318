import { secretsOf } from '#sandbox/aws/secrets'
import { stateAt } from '#sandbox/ci/issuer'
import { runningVersion } from '#sandbox/ci/running-versions'
import type { World } from '#sandbox/world'

/** Looks at each change of an agent or a version whether an agent has lost the token that it runs on. */
export function watchIssuer(world: World): { taken: readonly string[]; stop: () => void } {
  const taken: string[] = []
  const known = new Set<string>()
  const look = () => {
    const now = world.clock.now().getTime()
    for (const secret of secretsOf(world).all()) {
      const running = runningVersion(world, secret, now)
      if (!running) continue
      const { state, since } = stateAt(world, secret, running.id, now)
      const key = `${secret.name} ${running.id} ${state}`
      if (state === 'live' || known.has(key)) continue
      known.add(key)
      taken.push(
        `${secret.name}: version ${running.id} has been ${state} since ${since}, and its agent runs it`,
      )
    }
  }
  const stop = world.onChange((topic) => {
    if (topic === 'agents' || topic === 'secrets') look()
  })
  return { taken, stop }
}
