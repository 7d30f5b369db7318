import type { Windows } from '#domain/time/windows'
import type { Context } from '#src/context'

/** When rotations may start and environments may be deployed to, from the config. */
export const windowsOf = ({ config }: Pick<Context, 'config'>): Windows => ({
  timeZone: config.cadence['time-zone'],
  start: config.windows.start,
  deploy: config.windows.deploy,
  freezes: config.freeze,
})
