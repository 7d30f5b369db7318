import { type Dict, dictsIn } from '../json.ts'
import {
  anyText,
  imageElement,
  imageSource,
  imageSourceRule,
  plainText,
  slackFileRule,
} from './composition.ts'
import {
  ACTIONS_ELEMENTS,
  CONTEXT_ACTIONS_ELEMENTS,
  INPUT_ELEMENTS,
  SECTION_ACCESSORIES,
} from './elements.ts'
import { LIMITS } from './limits.ts'
import { richText } from './rich-text.ts'
import {
  array,
  boolean,
  byType,
  type Check,
  type Fields,
  lengthOf,
  number,
  object,
  oneOf,
  optional,
  rule,
  string,
  withRules,
} from './schema.ts'

const base: Fields = { type: string(), block_id: optional(string({ min: 1, max: LIMITS.id })) }

const contextElement = byType({
  image: imageElement,
  plain_text: plainText(LIMITS.text),
  mrkdwn: anyText(LIMITS.text),
})

const cell = byType({
  raw_text: object({ type: string(), text: string({ min: 1 }) }),
  raw_number: object({ type: string(), value: number, text: string({ min: 1 }) }),
  rich_text: richText,
})

/** Total length of every `text` in a tree. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + charactersIn(each), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, each]) =>
      sum + (key === 'text' && typeof each === 'string' ? lengthOf(each) : charactersIn(each)),
    0,
  )
}

const raggedRows = (table: Dict): boolean => {
  const rows = table.rows as unknown[][]
  return rows.some((row) => row.length !== rows[0]?.length)
}

const focusedTwice = (blocks: Dict[]): Dict[] =>
  blocks.filter((block) => (block.element as Dict | undefined)?.focus_on_load === true).slice(1)

const COMMON = {
  actions: object({
    ...base,
    elements: array(byType(ACTIONS_ELEMENTS), { min: 1, max: LIMITS.actionsElements }),
  }),
  context: object({ ...base, elements: array(contextElement, { min: 1, max: LIMITS.contextElements }) }),
  divider: object(base),
  header: object({ ...base, text: plainText(LIMITS.headerText) }),
  image: withRules(
    object({
      ...base,
      alt_text: string({ min: 1, max: LIMITS.imageAltText }),
      title: optional(plainText(LIMITS.imageTitle)),
      ...imageSource,
    }),
    imageSourceRule,
    slackFileRule,
  ),
  input: object({
    ...base,
    label: plainText(LIMITS.label),
    element: byType(INPUT_ELEMENTS),
    hint: optional(plainText(LIMITS.hint)),
    optional: optional(boolean),
    dispatch_action: optional(boolean),
  }),
  rich_text: richText,
  section: withRules(
    object({
      ...base,
      text: optional(anyText(LIMITS.sectionText)),
      fields: optional(array(anyText(LIMITS.sectionFieldText), { min: 1, max: LIMITS.sectionFields })),
      accessory: optional(byType(SECTION_ACCESSORIES)),
      expand: optional(boolean),
    }),
    rule(
      (section) => section.text === undefined && section.fields === undefined,
      'must provide one of `text` or `fields`',
    ),
  ),
} satisfies Record<string, Check>

const MESSAGE = {
  ...COMMON,
  context_actions: object({
    ...base,
    elements: array(byType(CONTEXT_ACTIONS_ELEMENTS), { min: 1, max: LIMITS.contextActionsElements }),
  }),
  markdown: object({ ...base, text: string({ min: 1, max: LIMITS.markdownText }) }),
  table: withRules(
    object({
      ...base,
      rows: array(array(cell, { min: 1, max: LIMITS.tableColumns }), { min: 1, max: LIMITS.tableRows }),
      column_settings: optional(
        array(object({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(boolean) }), {
          max: LIMITS.tableColumns,
        }),
      ),
    }),
    rule(raggedRows, 'all rows must have the same number of cells', '/rows'),
    rule(
      (table) => charactersIn(table.rows) > LIMITS.tableCharacters,
      `must be less than ${LIMITS.tableCharacters + 1} characters`,
      '/rows',
    ),
  ),
} satisfies Record<string, Check>

// File inputs are allowed in modals only.
const { file_input: _, ...inputsOutsideModals } = INPUT_ELEMENTS
const inputOutsideModals = object({
  ...base,
  label: plainText(LIMITS.label),
  element: byType(inputsOutsideModals),
  hint: optional(plainText(LIMITS.hint)),
  optional: optional(boolean),
  dispatch_action: optional(boolean),
})

/** Slack documents no limit for the text of an alert: that of a section is kept to. */
const ALERT = {
  alert: object({
    ...base,
    text: anyText(LIMITS.text),
    level: optional(oneOf('default', 'info', 'warning', 'error', 'success')),
  }),
} satisfies Record<string, Check>

export type Surface = 'message' | 'modal' | 'home'

const SURFACES: Record<Surface, { block: Check; max: number }> = {
  message: { block: byType({ ...MESSAGE, input: inputOutsideModals }), max: LIMITS.messageBlocks },
  modal: { block: byType({ ...COMMON, ...ALERT }), max: LIMITS.viewBlocks },
  home: { block: byType({ ...COMMON, input: inputOutsideModals }), max: LIMITS.viewBlocks },
}

/** Checks the blocks of a surface, and the rules between them. */
export function blocksOn(surface: Surface): Check {
  const { block, max } = SURFACES[surface]
  const list = array(block, { max })
  return (value, pointer) => {
    const problems = list(value, pointer)
    if (problems.length > 0) return problems
    const blocks = dictsIn(value)
    return [
      ...duplicateBlockIds(blocks, pointer),
      ...duplicateActionIds(blocks, pointer),
      ...focus(blocks, pointer),
    ]
  }
}

function focus(blocks: Dict[], pointer: string) {
  return focusedTwice(blocks).map((block) => ({
    message: 'only one element may have `focus_on_load` set to `true`',
    pointer: `${pointer}/${blocks.indexOf(block)}/element/focus_on_load`,
  }))
}

function duplicateBlockIds(blocks: Dict[], pointer: string) {
  const seen = new Set<unknown>()
  return blocks.flatMap((block, index) => {
    const id = block.block_id
    if (id === undefined || !seen.has(id)) {
      seen.add(id)
      return []
    }
    return [
      { message: `\`block_id\` "${String(id)}" already exists`, pointer: `${pointer}/${index}/block_id` },
    ]
  })
}

function duplicateActionIds(blocks: Dict[], pointer: string) {
  return blocks.flatMap((block, index) => {
    const seen = new Set<unknown>()
    return dictsIn(block.elements).flatMap((element, at) => {
      const id = element.action_id
      if (id === undefined || !seen.has(id)) {
        seen.add(id)
        return []
      }
      const message = `\`action_id\` "${String(id)}" already exists`
      return [{ message, pointer: `${pointer}/${index}/elements/${at}/action_id` }]
    })
  })
}
