import isSafe from 'safe-regex2'
import { z } from 'zod'

/** Texts are compared with it while somebody waits: it must take linear time. */
const pattern = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(300, 'must have at most 300 characters')
  .refine(isRegularExpression, { error: 'is not a regular expression', abort: true })
  .refine((text) => isSafe(text), { error: 'may take very long: use no repetition inside a repetition' })
  .refine((text) => !isMatch(text, 'a token of an agent'), { error: 'also matches ordinary words' })

/** Credentials of your own that the bot refuses in texts, besides those that it knows. */
export const credentials = z
  .strictObject({
    patterns: z
      .array(z.strictObject({ name: z.string().min(1).max(60), pattern }))
      .max(50)
      .default([]),
  })
  .prefault({})

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

const isMatch = (text: string, sample: string): boolean =>
  isRegularExpression(text) && new RegExp(text).test(sample)
