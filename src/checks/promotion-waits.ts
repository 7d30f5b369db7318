import { type EnvironmentCheck, unknown } from './check.ts'

/**
 * Agents of the environment read the secret while they run, and the environment waits for the sign-offs: the rotation workflow
 * itself promotes it. Nothing a machine reads can make that right, so it always needs an exception.
 */
export const promotionWaits: EnvironmentCheck = {
  id: 'promotion-waits',
  title: (environment) => `Promotion of ${environment} waits for the sign-offs`,
  how: 'follows from how the environment takes its tokens (the configuration)',
  backs: null,
  step: 'rotation-execution',
  guards: 'rotate',
  concerns: ({ takes, deploy }) => takes === 'runtime' && deploy === 'after-sign-off',
  async run(_, { name }) {
    return unknown(
      `Agents in ${name} read their tokens while they run: the rotation workflow promotes ${name} before anybody has signed`,
      `Leave ${name} out of this rotation, or record a manual step that says why it is promoted now.`,
    )
  },
}
