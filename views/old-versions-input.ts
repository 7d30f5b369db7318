import type { KnownBlock, RadioButtons } from '@slack/types'
import { LEAKED_WITHIN_HOURS } from '#domain/revocations/revocation-deadline'
import type { Environment } from '#domain/rotation/environments'
import type { Revoker } from '#domain/rotation/rotation'
import { agentsOf, environmentsOf, type TokenName } from '#domain/tokens/scope'
import { input, option, section } from './blocks.ts'
import { INPUTS } from './ids.ts'
import { fitting } from './revocation-lines.ts'
import { escapeUntrusted, list, plural } from './text.ts'

/** What happens to the old versions at a credential anomaly. */
export const OLD_VERSION_CHOICES = ['disable-now', 'disable-when-deployed'] as const

/** A token of the registry, and what is known of the version that its agent runs on. */
export interface RunningAgent extends TokenName {
  /** Its agent was not verified to run on the current version, so it may run on the one before. */
  runsOnOlder: boolean
}

export interface OldVersionOptions {
  revoker: Revoker
  environments: readonly Environment[]
  agents: RunningAgent[]
}

const CHOICE: RadioButtons = {
  type: 'radio_buttons',
  options: [
    option(
      'Disable now',
      OLD_VERSION_CHOICES[0],
      'At once. The agents above are refused until they are deployed.',
    ),
    option(
      'Disable when deployed',
      OLD_VERSION_CHOICES[1],
      `When its environment runs on the new one; on-call decides after ${LEAKED_WITHIN_HOURS} h.`,
    ),
  ],
}

const ENVIRONMENTS_LISTED = 20
const AGENTS_NAMED = 9

/** Asks what happens to old versions that leaked, and lists which agents are refused when they are disabled at once. */
export function oldVersionsBlocks({ revoker, environments, agents }: OldVersionOptions): KnownBlock[] {
  if (revoker === 'workflow')
    return [
      section(
        '*Old versions:* the rotation workflow revokes them at once. Agents are refused until they are deployed with the new ones.',
      ),
    ]
  const lines = environmentsOf(agents).map((name) => environmentLine(name, agents, environments))
  const { shown, left } = fitting(lines, ENVIRONMENTS_LISTED)
  return [
    section([
      '*Agents that run on the current versions.* If you disable these now, the agents of the tokens that you choose are refused until their environment is deployed with the new ones:',
      ...shown,
      ...(left > 0 ? [`• and in ${plural(left, 'more environment')}`] : []),
    ]),
    input(INPUTS.oldVersions, 'The old versions', CHOICE, {
      hint: 'A version that leaked is never accepted again.',
    }),
  ]
}

function environmentLine(name: string, all: RunningAgent[], environments: readonly Environment[]): string {
  const agents = all.filter((each) => each.environment === name)
  const names = list(
    agentsOf(agents).map((agent) => escapeUntrusted(agent, 100)),
    AGENTS_NAMED,
  )
  const takes = environments.find((each) => each.name === name)?.takes
  const older = agents.filter((each) => each.runsOnOlder)
  const remark =
    takes === 'runtime'
      ? ' – read their token while they run: refused only until they read the new one'
      : older.length > 0
        ? ` – ${
            older.length === agents.length
              ? ''
              : `${list(
                  agentsOf(older).map((agent) => escapeUntrusted(agent, 100)),
                  AGENTS_NAMED,
                )} `
          }not verified on the current version, so may run on the one before; both are refused`
        : ''
  return `• *${escapeUntrusted(name, 100)}:* ${names}${remark}`
}
