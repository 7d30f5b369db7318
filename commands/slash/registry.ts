import { assertMay } from '#authorization/authorize'
import { findNames } from '#db/queries/people'
import { nameWithId } from '#domain/rotation/rotation-log'
import { proposeRegistry } from '#operations/propose-registry'
import { registry } from '#views/registry'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ user, answer }, context) => {
  await assertMay(context, { user, action: 'propose-registry' })
  const names = await findNames(context.db)
  const { drift, ...report } = await proposeRegistry(context, nameWithId(user, names))
  await answer(registry({ path: context.config.repository.registry, ...drift, ...report }))
}

export const registryCommand: Subcommand = {
  usage: 'registry',
  does: 'compare the registry with the secrets manager and propose changes as a pull request',
  run,
}
