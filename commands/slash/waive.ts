import { assertMay } from '#authorization/authorize'
import { Refusal } from '#domain/rotation/refusal'
import { environmentWanted, waiverModal } from '#views/waiver'
import { openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ words, trigger, user, answer }, context) => {
  const environments = context.config.environments.map(({ name }) => name)
  const environment = environments.find((name) => name === words[0])
  if (environment === undefined) {
    await assertMay(context, { user, action: 'waive' })
    return answer(environmentWanted(environments, words[0]))
  }
  await openModal(context, { trigger, title: 'Let a release pass' }, async () => {
    await assertMay(context, { user, action: 'waive' })
    if (!context.config.signingKeys.current) throw new Refusal('log-not-signed', {})
    return waiverModal(environment, context.clock.now())
  })
}

export const waiveCommand: Subcommand = {
  usage: 'waive [environment]',
  does: 'let a release pass the promotion gate for a time',
  run,
}
