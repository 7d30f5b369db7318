import type { ModalView } from '@slack/types'
import { findRotations } from '#db/queries/rotations'
import { canBeRaised } from '#domain/rotation/raise-to-incident'
import type { INCIDENT_TRIGGERS } from '#domain/rotation/rotation'
import { findRunningAgents } from '#read-models/running-agents'
import type { Context } from '#src/context'
import { incidentModal } from '#views/incident-modal'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import { scopeOptions } from './start.ts'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = ({ trigger, user }, context) => openIncidentModal(context, { trigger, user })

/** Opens the form that opens an incident. */
export async function openIncidentModal(
  context: Context,
  { trigger, user }: { trigger: string; user: string },
): Promise<void> {
  await openModal(context, { trigger, title: 'Open an incident' }, () => incidentForm(context, user))
}

/** The form, with what the kind of incident and the scope need that were chosen in it. */
export async function incidentForm(
  context: Context,
  user: string,
  { trigger, chosen }: { trigger?: (typeof INCIDENT_TRIGGERS)[number] | undefined; chosen?: string[] } = {},
): Promise<ModalView> {
  const work = await assertMayWork(context, { user, action: 'open-incident' })
  const options = await scopeOptions(context, chosen)
  const { config } = context
  const open = await findRotations(context.db, [...new Set(options.open.map(({ rotation }) => rotation))])
  const oldVersions = {
    revoker: config.revoke.by,
    environments: config.environments,
    agents: await findRunningAgents(context.db, options.tokens),
  }
  return work.warnOwner(incidentModal(options, oldVersions, { trigger, mayRaise: open.every(canBeRaised) }))
}

export const incidentCommand: Subcommand = {
  usage: 'incident',
  does: 'open an incident rotation, or a drill',
  run,
}
