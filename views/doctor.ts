import type { ModalView } from '@slack/types'
import {
  CONDITION_LABELS,
  CONDITIONS,
  type Condition,
  type HealthCheckReport,
  type HealthCheckResult,
  summarizeConditions,
} from '#domain/ports/health-check-result'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'
import { packGroups } from './pack.ts'
import { plural } from './text.ts'
import { sentenceOf } from './times.ts'

export const DOCTOR_TITLE = 'Doctor'

const LINE = 700
const BUDGET = { blocks: 90, bytes: 100_000 }

/** Each mark has a word, so that the mark alone carries no meaning. */
const HEADINGS: Record<Condition, string> = {
  broken: '✗ *Broken*',
  unknown: '? *Unknown*',
  off: '· *Not set up*',
  fine: '✓ *Fine*',
}

/** The results so far, worst first, each with its remediation. */
export function doctorModal(reports: readonly HealthCheckReport[]): ModalView {
  const waiting = reports.filter(({ results }) => results === null)
  const found = reports.flatMap(({ title, results }) => (results ?? []).map((result) => ({ title, result })))
  const groups = CONDITIONS.flatMap((condition) => {
    const lines = found.filter(({ result }) => result.condition === condition)
    return lines.length > 0
      ? [[HEADINGS[condition], ...lines.map(({ title, result }) => resultLine(title, result))]]
      : []
  })
  const { blocks, left } = packGroups(groups, BUDGET)
  return modal(FORMS.message, DOCTOR_TITLE, [
    section(summary(reports, waiting)),
    ...blocks,
    ...(left.length > 0
      ? [section(`and ${plural(left.length, 'more line')}; \`npm run doctor\` shows all`)]
      : []),
  ])
}

function summary(reports: readonly HealthCheckReport[], waiting: readonly HealthCheckReport[]): string {
  if (reports.length === 0) return '… Checking everything the bot needs.'
  const counts = summarizeConditions(reports)
  if (waiting.length === 0) return `*${counts}*`
  const titles = waiting.map(({ title }) => title).join(', ')
  return [counts && `*${counts}* · `, `… checking ${titles}`].join('')
}

function resultLine(title: string, { sentence, remediation }: HealthCheckResult): string {
  const line = `• *${title}*: ${sentenceOf(sentence, LINE)}`
  return remediation === null ? line : `${line}\n      → ${sentenceOf(remediation, LINE)}`
}

const INDENT = 2

/** The results as plain text for a terminal, in the order of the health checks. */
export function doctorText(reports: readonly HealthCheckReport[]): string {
  const titleWidth = Math.max(...reports.map(({ title }) => title.length))
  const nameWidth = Math.max(...Object.values(CONDITION_LABELS).map((name) => name.length))
  const lines = reports.flatMap(({ title, results }) =>
    (results ?? []).flatMap(({ condition, sentence, remediation }) => {
      const start = `${CONDITION_LABELS[condition].padEnd(nameWidth)}  ${title.padEnd(titleWidth)}  `
      const rest =
        remediation === null ? [] : [`${' '.repeat(start.length - INDENT)}→ ${onOneLine(remediation)}`]
      return [start + onOneLine(sentence), ...rest]
    }),
  )
  return [...lines, '', summarizeConditions(reports), ''].join('\n')
}

/** Texts from other systems may contain control characters, which a terminal would execute. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
