import { z } from 'zod'

/** The part of the Atlassian document schema that comments use. */
const mark = z.union([
  z.strictObject({ type: z.enum(['strong', 'em', 'code', 'strike', 'underline']) }),
  z.strictObject({
    type: z.literal('link'),
    attrs: z.looseObject({ href: z.string().regex(/^(https?|mailto):/) }),
  }),
])
const textNode = z.strictObject({
  type: z.literal('text'),
  text: z
    .string()
    .min(1)
    .regex(/^[^\p{Cc}]*$/u),
  marks: z.array(mark).optional(),
})
const codeText = z.strictObject({ type: z.literal('text'), text: z.string().min(1) })
const paragraph = z.strictObject({ type: z.literal('paragraph'), content: z.array(textNode).optional() })
const listItem = z.strictObject({ type: z.literal('listItem'), content: z.array(paragraph).min(1) })
const block = z.union([
  paragraph,
  z.strictObject({
    type: z.literal('heading'),
    attrs: z.strictObject({ level: z.int().min(1).max(6) }),
    content: z.array(textNode).optional(),
  }),
  z.strictObject({ type: z.literal('bulletList'), content: z.array(listItem).min(1) }),
  z.strictObject({ type: z.literal('codeBlock'), content: z.array(codeText).optional() }),
])
const document = z.strictObject({
  type: z.literal('doc'),
  version: z.literal(1),
  content: z.array(block).min(1),
})

/** True when Jira accepts the document. */
export const isDocument = (value: unknown): boolean => document.safeParse(value).success
