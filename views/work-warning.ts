import type { ModalView } from '@slack/types'
import { ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import { section } from './blocks.ts'
import { LIMITS } from './limits.ts'
import { list } from './text.ts'

/**
 * Warns somebody who could sign that they could not any more, before they work on the rotation.
 *
 * @param roles as which the person could sign; without one, the modal stays as it is
 */
export function withWorkWarning(view: ModalView, roles: readonly Role[]): ModalView {
  if (roles.length === 0 || view.blocks.length >= LIMITS.viewBlocks) return view
  const titles = list(roles.map((role) => ROLE_TITLES[role]))
  const warning = `⚠ *You could sign this rotation as ${titles}.* Whoever works on it cannot sign it: once you start, complete or record something here, somebody else must sign.`
  return { ...view, blocks: [section(warning), ...view.blocks] }
}
