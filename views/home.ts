import type { Button, HomeView, KnownBlock } from '@slack/types'
import type { Revocation } from '#domain/revocations/revocation'
import { ROLE_TITLES } from '#domain/rotation/rotation'
import type { Month } from '#domain/rotation/rotation-year'
import type { RecordedWaiver } from '#domain/rotation/waiver'
import { actions, button, context, header, section } from './blocks.ts'
import { type HistoryEntry, historyLine } from './history.ts'
import { ACTIONS } from './ids.ts'
import { image } from './image.ts'
import { pack } from './pack.ts'
import type { ShownPictures } from './pictures/picture.ts'
import { lateWords, yearWords } from './pictures/rotation-year.ts'
import { revocationBlocks, rotationLine } from './status.ts'
import { code, escapeUntrusted, plural } from './text.ts'
import { calendarDay, when } from './times.ts'
import { cadenceLines, environmentLines } from './token-groups.ts'
import { tokenLines } from './token-lines.ts'
import { fitsGrid, tokenTable } from './token-table.ts'
import { type WaitingOptions, waitingBlocks } from './waiting.ts'
import { waiverLines } from './waiver.ts'
import { who } from './words.ts'

export interface HomeOptions extends WaitingOptions {
  /** Newest first. */
  recent: HistoryEntry[]
  /** Outcomes of the rotations of the last twelve months. */
  year: Month[]
  /** Pictures uploaded to Slack; the text beside them has the same facts. */
  pictures: ShownPictures
  /** Unresolved revocations of old versions, of any rotation. */
  revocations?: Revocation[]
  /** The newest waivers of the promotion gate. */
  waivers?: readonly RecordedWaiver[]
}

const ROTATIONS_SHOWN = 15
const RECENT_SHOWN = 5

/** App Home: what waits for this person, open rotations, token ages, past rotations. */
export function home(options: HomeOptions): HomeView {
  const { ages, now } = options
  const blocks: KnownBlock[] = [
    ...leadBlocks(options),
    ...rotationBlocks(options),
    header('Capability tokens'),
    ...revocationBlocks(options.revocations ?? [], now),
    ...ageBlocks(options),
    header('Recent rotations'),
    ...pastBlocks(options),
    ...context([
      [
        `As of ${when(now)}`,
        ...(ages ? [`token ages read ${when(ages.readAt)}`] : []),
        '`/rotation help` lists all commands',
      ].join(' · '),
    ]),
  ]
  return { type: 'home', blocks }
}

const textBlocks = (lines: string[]): KnownBlock[] => pack(lines).map((text) => section(text))

function leadBlocks(options: HomeOptions): KnownBlock[] {
  return [
    ...waitingBlocks(options),
    ...textBlocks(waiverLines(options.waivers ?? [], options.names, options.now)),
    ...textBlocks(delegationLines(options)),
    ...actions(generalButtons(options), 'home-actions'),
  ]
}

const generalButtons = ({ mayStart, mayRespond }: HomeOptions): Button[] => [
  ...(mayStart ? [button('Start a rotation', ACTIONS.openStart, 'start')] : []),
  ...(mayRespond ? [button('Open an incident', ACTIONS.openIncident, 'incident')] : []),
  ...(mayStart ? [button('Share status', ACTIONS.shareStatus, 'status')] : []),
]

/** For somebody who may not read. */
export const closedHome = (): HomeView => ({
  type: 'home',
  blocks: [
    section(
      'Rotations of capability tokens are shown to full members of this workspace only. Ask an operator if you need to see them.',
    ),
  ],
})

/** The person's delegations, also shown when nothing waits. */
const delegationLines = ({ delegations = [], names }: HomeOptions): string[] =>
  delegations.map(
    ({ role, from, lastDay }) =>
      `You are the delegate of ${who(from, names)} as ${ROLE_TITLES[role]} until the end of ${calendarDay(lastDay)} · ${code('/rotation delegate')} lists all delegations`,
  )

function rotationBlocks({ rotations, names, now }: HomeOptions): KnownBlock[] {
  const open = rotations.slice(0, ROTATIONS_SHOWN).map((state) => rotationLine(state, names, now))
  const left = rotations.length - open.length
  const lines = [...open, ...(left > 0 ? [`• and ${plural(left, 'more')}`] : [])]
  return [header('Open rotations'), ...textBlocks(lines.length > 0 ? lines : ['None.'])]
}

function ageBlocks({ ages, pictures }: HomeOptions): KnownBlock[] {
  if (!ages) return [section('Token ages have not been read yet. They appear here after the first reading.')]
  const { tokens, problem } = ages
  return [
    ...textBlocks(problem ? [`⚠ *Token ages could not be read:* ${escapeUntrusted(problem, 800)}`] : []),
    ...textBlocks([...tokenLines(tokens), ...cadenceLines(tokens)]),
    ...image(pictures, 'token-ages'),
    ...(fitsGrid(tokens)
      ? tokens.slice(0, 1).map(() => section(tokenTable(tokens)))
      : textBlocks(environmentLines(tokens))),
  ]
}

function pastBlocks({ year, recent, pictures, names, now }: HomeOptions): KnownBlock[] {
  if (recent.length === 0) return [section('None yet.')]
  const picture = image(pictures, 'rotation-year')
  // The picture says it too.
  const late = picture.length > 0 ? [] : lateWords(year)
  return [
    ...textBlocks([
      `*Last twelve months* · ${yearWords(year)}`,
      ...late.map((words) => `• ${words}`),
      ...recent.slice(0, RECENT_SHOWN).map((entry) => historyLine(entry, names, now)),
    ]),
    ...picture,
  ]
}
