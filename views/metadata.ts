import { isRole, type Role, rotationLabel } from '#domain/rotation/rotation'
import { isStepId, type StepId } from '#domain/rotation/steps'

/** The content of a modal's `private_metadata`. */
export interface ViewMetadata {
  /** `R42`; absent if the modal is not about a rotation. */
  rotation?: string
  role?: Role
  /** The step whose modal the form was opened from. */
  step?: StepId
  /** Digest of what is shown: the sign-off snapshot, or what a step asks to confirm. */
  digest?: string
  /** The environment that is deployed to. */
  environment?: string
  /** Key of the reminder message it was opened from. */
  reminder?: string
  /** The open rotations that it shows, by number. */
  open?: number[]
}

export const viewMetadata = (rotationId: number, rest: Omit<ViewMetadata, 'rotation'> = {}): string =>
  JSON.stringify({ rotation: rotationLabel(rotationId), ...rest })

export const waiverMetadata = (environment: string): string => JSON.stringify({ environment })

/** Parses the output of `viewMetadata`; null for anything else, such as a modal of an older release. */
export function parseViewMetadata(text: string | undefined): ViewMetadata | null {
  const value = parseJson(text ?? '')
  if (typeof value !== 'object' || value === null) return null
  const { rotation, role, digest, reminder, step, environment, open } = value as Record<string, unknown>
  if (
    typeof rotation !== 'string' &&
    typeof reminder !== 'string' &&
    !Array.isArray(open) &&
    typeof environment !== 'string'
  )
    return null
  return {
    ...(typeof rotation === 'string' && { rotation }),
    ...(typeof reminder === 'string' && { reminder }),
    ...(typeof role === 'string' && isRole(role) && { role }),
    ...(typeof step === 'string' && isStepId(step) && { step }),
    ...(typeof digest === 'string' && { digest }),
    ...(typeof environment === 'string' && { environment }),
    ...(Array.isArray(open) && { open: open.filter((id) => typeof id === 'number') }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The metadata of a modal that shows these open rotations. */
export const openRotationsMetadata = (open: number[]): string =>
  JSON.stringify({ open } satisfies ViewMetadata)

/** The metadata of a modal that was opened from a reminder message. */
export const reminderMetadata = (reminder: string): string =>
  JSON.stringify({ reminder } satisfies ViewMetadata)
