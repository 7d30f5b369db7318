import type { KnownBlock } from '@slack/types'
import type { WatchTimes } from '#domain/revocations/retirement'
import { isOverdue, pendingRevocations, type Revocation } from '#domain/revocations/revocation'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { button, context, type Message, section } from './blocks.ts'
import { ACTIONS } from './ids.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { jsonBytes } from './pack.ts'
import { fitting, openRevocationLine, revocationSummary } from './revocation-lines.ts'
import { link, plural } from './text.ts'
import { when } from './times.ts'

/** The pending revocations of one rotation. */
export interface OpenRevocations {
  rotationId: number
  permalink: string | null
  rows: Revocation[]
}

const ROTATIONS_SHOWN = 20
const VERSIONS_SHOWN = 9

/** `/rotation revocations`: pending revocations, overdue first. */
export function revocations(all: OpenRevocations[], watch: WatchTimes, now: Instant): Message {
  const rows = all.flatMap((each) => pendingRevocations(each.rows))
  const summary = revocationSummary(rows, now)
  if (!summary) {
    const text = 'All old versions are revoked.'
    return { text, blocks: [section(text)] }
  }
  const count = (each: OpenRevocations) => each.rows.filter((row) => isOverdue(row, now)).length
  const sorted = all
    .filter((each) => pendingRevocations(each.rows).length > 0)
    .sort((a, b) => Number(count(b) > 0) - Number(count(a) > 0) || b.rotationId - a.rotationId)
  const blocks: KnownBlock[] = [section(`*Still to be revoked:* ${summary}`)]
  let shown = 0
  for (const each of sorted.slice(0, ROTATIONS_SHOWN)) {
    const block = rotationSection(each, watch, now)
    if (jsonBytes([...blocks, block]) > MESSAGE_BUDGET - 600) break
    blocks.push(block)
    shown += 1
  }
  const left = sorted.length - shown
  return {
    text: `Still to be revoked: ${plural(rows.length, 'old version')}.`,
    blocks: [
      ...blocks,
      ...context([
        ...(left > 0 ? [`And ${plural(left, 'more rotation')} not shown.`] : []),
        `Checked ${when(now)}. The bot keeps checking and reports when a version is revoked.`,
      ]),
    ],
  }
}

function rotationSection({ rotationId, permalink, rows }: OpenRevocations, watch: WatchTimes, now: Instant) {
  const label = rotationLabel(rotationId)
  const open = pendingRevocations(rows).sort((a, b) => Number(isOverdue(b, now)) - Number(isOverdue(a, now)))
  const { shown, left } = fitting(
    open.map((row) => openRevocationLine(row, watch, now)),
    VERSIONS_SHOWN,
  )
  return section(
    [
      `*${permalink ? link(permalink, label) : label}* · ${plural(open.length, 'old version')}`,
      ...shown,
      ...(left > 0 ? [`• and ${plural(left, 'more')}`] : []),
    ],
    { accessory: button('Record revocation', ACTIONS.recordRevocation, label) },
  )
}
