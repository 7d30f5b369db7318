import { incidentModal } from '#views/incident-modal'
import { openModal } from '../open-modal.ts'
import { scopeOptions } from './start.ts'
import type { Subcommand } from './subcommand.ts'

export const incidentCommand: Subcommand = async ({ trigger, user }, context) => {
  await openModal(context, { trigger, user, title: 'Open an incident', permission: 'operate' }, async () =>
    incidentModal(await scopeOptions(context)),
  )
}
