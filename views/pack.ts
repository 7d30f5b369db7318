import type { SectionBlock } from '@slack/types'
import { section } from './blocks.ts'
import { LIMITS } from './limits.ts'

/** Joins lines into as few texts of at most `limit` characters as possible, in order; no line is cut. */
export function pack(lines: string[], limit: number = LIMITS.sectionText): string[] {
  const texts: string[] = []
  let current: string | null = null
  for (const line of lines) {
    const joined: string = current === null ? line : `${current}\n${line}`
    if (current !== null && joined.length > limit) {
      texts.push(current)
      current = line
    } else {
      current = joined
    }
  }
  return current === null ? texts : [...texts, current]
}

export interface Packed {
  blocks: SectionBlock[]
  left: string[]
}

/** UTF-8 bytes of a value as JSON; Slack limits this size. */
export const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length

/**
 * Packs groups of lines into sections within a budget; each group starts a new section.
 *
 * @param budget maximum blocks and bytes of JSON of the result
 */
export function packGroups(groups: string[][], budget: { blocks: number; bytes: number }): Packed {
  const sections = groups.flatMap((group) => pack(group)).map((text) => section(text))
  let bytes = 0
  const fitting = sections.findIndex((block, index) => {
    bytes += jsonBytes(block) + 1
    return index >= budget.blocks || bytes > budget.bytes
  })
  if (fitting < 0) return { blocks: sections, left: [] }
  return {
    blocks: sections.slice(0, fitting),
    left: sections.slice(fitting).flatMap((block) => block.text?.text.split('\n') ?? []),
  }
}
