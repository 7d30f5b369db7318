import type { Environment } from '#domain/rotation/environments'
import type { Instant } from '#domain/rotation/rotation'
import { type CheckInput, unknown, type Verdict } from './check.ts'
import { type SucceededRun, succeededRun } from './succeeded-run.ts'

/**
 * The newest deployment to an environment, when it succeeded.
 *
 * @throws NotReadable
 */
export const deploymentTo = (input: CheckInput, { name }: Environment): Promise<SucceededRun> =>
  succeededRun(input, 'deploy', name, {
    absent: `${sentenceCase(name)} was not deployed to yet`,
    start: `Press “Deploy to ${name}”.`,
    again: `Read the run’s log; deploy to ${name} again, or record a manual step.`,
  })

const sentenceCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** The result for an environment that has no token in the rotation; null where it has one. */
export const notInScope = ({ rotation }: CheckInput, { name }: Environment): Verdict | null =>
  rotation.tokens.some((token) => token.environment === name)
    ? null
    : unknown(
        `No ${name} token is in this rotation: nothing is verified in ${name} before it is promoted`,
        'Rotate its tokens as well, or record a manual step that says how else it was verified.',
      )

/** Whether a run began before something; the CI tells whole seconds only. */
export const beganBefore = (startedAt: Instant, at: Instant): boolean => seconds(startedAt) < seconds(at)

const seconds = (at: Instant): number => Math.floor(Date.parse(at) / 1000)
