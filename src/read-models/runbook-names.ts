import { testedEnvironment } from '#domain/rotation/environments'
import type { RunbookNames } from '#domain/rotation/steps'
import type { Context } from '#src/context'

/** What the runbook's sentences name, from the config. */
export const runbookNames = ({ config }: Pick<Context, 'config'>): RunbookNames => ({
  channel: config.channel,
  rotateWorkflow: config.workflows.rotate,
  smokeEnvironment: testedEnvironment(config.environments),
  smokeCommand: config.smoke.command,
  ticket: config.ticket,
})
