import type { ModalView } from '@slack/types'
import { ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import { alert } from './blocks.ts'
import { LIMITS } from './limits.ts'
import { list } from './text.ts'

/**
 * Warns somebody who could sign that they could not any more, before they work on the rotation.
 *
 * @param roles as which the person could sign; without one, the modal stays as it is
 * @param again whether it is signed already: then they would sign only if it must be signed again
 */
export function withWorkWarning(
  view: ModalView,
  roles: readonly Role[],
  { again = false }: { again?: boolean } = {},
): ModalView {
  const loss = again ? 'could sign this rotation again' : 'could sign this rotation'
  const when = again ? ' if the approval is withdrawn or tokens are rolled back' : ''
  return warned(
    view,
    roles,
    (titles) =>
      `⚠ *You ${loss} as ${titles}.* Whoever works on it cannot sign it: once you start, complete or record something here, somebody else must sign${when}.`,
  )
}

/** Warns somebody who could sign, before they open a rotation or raise one to an incident. */
export const withOwnerWarning = (view: ModalView, roles: readonly Role[]): ModalView =>
  warned(
    view,
    roles,
    (titles) =>
      `⚠ *You sign rotations as ${titles}.* You cannot sign one that you open or raise to an incident yourself: somebody else must sign it.`,
  )

function warned(view: ModalView, roles: readonly Role[], words: (titles: string) => string): ModalView {
  if (roles.length === 0 || view.blocks.length >= LIMITS.viewBlocks) return view
  const warning = words(list(roles.map((role) => ROLE_TITLES[role])))
  return { ...view, blocks: [alert('warning', warning), ...view.blocks] }
}
