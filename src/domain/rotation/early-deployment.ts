import { isBreakGlass } from './break-glass.ts'
import type { Rotation } from './rotation.ts'

/** Whether an environment that waits for the sign-offs may be deployed to now. */
export const mayPromote = (rotation: Rotation, _environment: string): boolean =>
  rotation.status === 'promoting' || isBreakGlass(rotation)

/** Whether the checks of the promotion decide something now. */
export const isPromoting = (rotation: Rotation): boolean =>
  rotation.status === 'promoting' || isBreakGlass(rotation)
