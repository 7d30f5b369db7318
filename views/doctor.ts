import type { ModalView } from '@slack/types'
import {
  CONDITION_WORDS,
  CONDITIONS,
  type Condition,
  conditionWords,
  type Examined,
  type Finding,
} from '#domain/ports/health-check-result'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'
import { packGroups } from './pack.ts'
import { plural, theirs } from './text.ts'

export const DOCTOR_TITLE = 'Doctor'

const LINE = 700
const BUDGET = { blocks: 90, bytes: 100_000 }

/** Marks beside the words, so that nothing rests on them alone. */
const HEADINGS: Record<Condition, string> = {
  broken: '✗ *Broken*',
  unknown: '? *Unknown*',
  off: '· *Not set up*',
  fine: '✓ *Fine*',
}

/** What the doctor has found so far, worst first, each with how to mend it. */
export function doctorModal(examined: readonly Examined[]): ModalView {
  const waiting = examined.filter(({ findings }) => findings === null)
  const found = examined.flatMap(({ title, findings }) =>
    (findings ?? []).map((finding) => ({ title, finding })),
  )
  const groups = CONDITIONS.flatMap((condition) => {
    const lines = found.filter(({ finding }) => finding.condition === condition)
    return lines.length > 0
      ? [[HEADINGS[condition], ...lines.map(({ title, finding }) => findingLine(title, finding))]]
      : []
  })
  const { blocks, left } = packGroups(groups, BUDGET)
  return modal(FORMS.message, DOCTOR_TITLE, [
    section(summary(examined, waiting)),
    ...blocks,
    ...(left.length > 0
      ? [section(`and ${plural(left.length, 'more line')}; \`npm run doctor\` shows all`)]
      : []),
  ])
}

function summary(examined: readonly Examined[], waiting: readonly Examined[]): string {
  if (examined.length === 0) return '… Looking at everything that the bot needs.'
  const counts = conditionWords(examined)
  if (waiting.length === 0) return `*${counts}*`
  const titles = waiting.map(({ title }) => title).join(', ')
  return [counts && `*${counts}* · `, `… looking at ${titles}`].join('')
}

function findingLine(title: string, { saw, mend }: Finding): string {
  const line = `• *${title}*: ${theirs(saw, LINE)}`
  return mend === null ? line : `${line}\n      → ${theirs(mend, LINE)}`
}

const INDENT = 2

/** The same as plain text for a terminal: one examination after the other, in the order of the table. */
export function doctorText(examined: readonly Examined[]): string {
  const titleWidth = Math.max(...examined.map(({ title }) => title.length))
  const nameWidth = Math.max(...Object.values(CONDITION_WORDS).map((name) => name.length))
  const lines = examined.flatMap(({ title, findings }) =>
    (findings ?? []).flatMap(({ condition, saw, mend }) => {
      const start = `${CONDITION_WORDS[condition].padEnd(nameWidth)}  ${title.padEnd(titleWidth)}  `
      const rest = mend === null ? [] : [`${' '.repeat(start.length - INDENT)}→ ${onOneLine(mend)}`]
      return [start + onOneLine(saw), ...rest]
    }),
  )
  return [...lines, '', conditionWords(examined), ''].join('\n')
}

/** A terminal obeys control characters; what other systems say may hold them. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
