import type { RetirementSettings } from '#domain/revocations/retirement'
import type { Context } from '#src/context'

/** How old versions are retired, from the config. */
export const retirementSettings = ({ config: { revoke } }: Pick<Context, 'config'>): RetirementSettings => ({
  reversible: revoke.reversible,
  watchMinutes: revoke['watch-minutes'],
  watchHours: revoke['watch-hours'],
})
