import { assertMay } from '#authorization/authorize'
import { requestRun } from '#operations/request-run'
import { rotationIdOf } from '../find-state.ts'
import type { FormHandler } from './form.ts'

export const submitDeploy: FormHandler = async ({ user, metadata }, context) => {
  const { rotation: label, environment = '' } = metadata ?? {}
  await assertMay(context, { user, action: 'deploy', label })
  await requestRun(context, rotationIdOf(label), { kind: 'deploy', environment }, user)
  return null
}
