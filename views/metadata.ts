import { isRole, type Role, rotationLabel } from '#domain/rotation/rotation'
import { isStepId, type StepId } from '#domain/rotation/steps'

/** What a modal carries in `private_metadata` from being opened to being submitted. */
export interface ViewMetadata {
  /** `R42`; absent where the modal concerns no rotation. */
  rotation?: string
  /** The role that is signing; in the sign-off modal only. */
  role?: Role
  /** The step on whose modal the form was opened. */
  step?: StepId
  /** Digest of what the sign-off modal shows. */
  digest?: string
  /** The message of reminders that it was opened from. */
  reminder?: string
}

export const viewMetadata = (rotationId: number, rest: Omit<ViewMetadata, 'rotation'> = {}): string =>
  JSON.stringify({ rotation: rotationLabel(rotationId), ...rest })

/** Reads what `viewMetadata` wrote; null for anything else, as from a modal of an older release. */
export function parseViewMetadata(text: string | undefined): ViewMetadata | null {
  const value = parseJson(text ?? '')
  if (typeof value !== 'object' || value === null) return null
  const { rotation, role, digest, reminder, step } = value as Record<string, unknown>
  if (typeof rotation !== 'string' && typeof reminder !== 'string') return null
  return {
    ...(typeof rotation === 'string' && { rotation }),
    ...(typeof reminder === 'string' && { reminder }),
    ...(typeof role === 'string' && isRole(role) && { role }),
    ...(typeof step === 'string' && isStepId(step) && { step }),
    ...(typeof digest === 'string' && { digest }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What a modal that was opened from a message of reminders carries. */
export const reminderMetadata = (reminder: string): string =>
  JSON.stringify({ reminder } satisfies ViewMetadata)
