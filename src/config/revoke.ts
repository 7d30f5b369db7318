import { z } from 'zod'
import { REVOKERS } from '#domain/rotation/rotation'

/** How old versions are revoked. */
export const revoke = z
  .strictObject({
    by: z.enum(REVOKERS).default('bot'),
    /** Whether the issuer can disable a version and accept it again. */
    reversible: z.boolean().default(true),
    'watch-minutes': z.int().min(1).max(1440).default(15),
    'watch-hours': z.int().min(1).max(72).default(4),
  })
  .prefault({})
