import { LIMITS } from './limits.ts'
import {
  array,
  boolean,
  byType,
  type Check,
  type Fields,
  integer,
  object,
  oneOf,
  optional,
  string,
} from './schema.ts'

const style = {
  style: optional(
    object({
      bold: optional(boolean),
      italic: optional(boolean),
      strike: optional(boolean),
      code: optional(boolean),
      underline: optional(boolean),
      highlight: optional(boolean),
      client_highlight: optional(boolean),
      unlink: optional(boolean),
    }),
  ),
} satisfies Fields

const styled = (fields: Fields): Check => object({ type: string(), ...fields, ...style })

const text = styled({ text: string({ min: 1 }) })
const link = styled({
  url: string({ min: 1 }),
  text: optional(string()),
  unsafe: optional(boolean),
})

const inline = byType({
  text,
  link,
  broadcast: styled({ range: oneOf('here', 'channel', 'everyone') }),
  color: styled({ value: string() }),
  channel: styled({ channel_id: string({ min: 1 }) }),
  date: styled({
    timestamp: integer(),
    format: string({ min: 1 }),
    url: optional(string()),
    fallback: optional(string()),
  }),
  emoji: styled({ name: string({ min: 1 }), unicode: optional(string()), url: optional(string()) }),
  team: styled({ team_id: string({ min: 1 }) }),
  user: styled({ user_id: string({ min: 1 }) }),
  usergroup: styled({ usergroup_id: string({ min: 1 }) }),
})

const border = { border: optional(integer(0, 1)) } satisfies Fields
const section = object({ type: string(), elements: array(inline) })

const part = byType({
  rich_text_section: section,
  rich_text_list: object({
    type: string(),
    elements: array(byType({ rich_text_section: section }), { min: 1 }),
    style: oneOf('bullet', 'ordered'),
    indent: optional(integer(0, 8)),
    offset: optional(integer(0)),
    ...border,
  }),
  rich_text_quote: object({ type: string(), elements: array(inline), ...border }),
  rich_text_preformatted: object({
    type: string(),
    elements: array(byType({ text, link })),
    language: optional(string()),
    ...border,
  }),
})

/** A `rich_text` block; also used in table cells and as the initial value of a rich text input. */
export const richText: Check = object({
  type: oneOf('rich_text'),
  block_id: optional(string({ min: 1, max: LIMITS.id })),
  elements: array(part),
})
