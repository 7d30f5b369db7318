import type { ModalView } from '@slack/types'
import type { Instant } from '#domain/rotation/rotation'
import { ROLE_TITLES } from '#domain/rotation/rotation'
import { activeWaivers, LONGEST_WAIVER_DAYS, type RecordedWaiver } from '#domain/rotation/waiver'
import { input, type Message, modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { waiverMetadata } from './metadata.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, plural } from './text.ts'
import { when } from './times.ts'
import { delegateOfWords, who } from './words.ts'

const HOUR = 60 * 60_000
/** Long enough for one release. */
const SUGGESTED_HOURS = 4

/** Asks until when and why releases of an environment may pass the promotion gate. */
export function waiverModal(environment: string, now: Instant): ModalView {
  const blocks = [
    section([
      `*Let releases of ${escapeUntrusted(environment, 60)} pass without approved tokens*`,
      'The promotion gate in CI opens for what is in the rotation log now; what happens later closes it again. It cannot be taken back. The channel, the history and the log name you and your reason.',
    ]),
    input(
      INPUTS.until,
      'Until',
      {
        type: 'datetimepicker',
        initial_date_time: Math.floor((Date.parse(now) + SUGGESTED_HOURS * HOUR) / 1_000),
      },
      { hint: `At most ${plural(LONGEST_WAIVER_DAYS, 'day')} from now.` },
    ),
    textArea(INPUTS.reason, 'Reason', { placeholder: 'Why can the release not wait for the sign-offs?' }),
  ]
  return modal(FORMS.waive, 'Let a release pass', blocks, {
    submit: 'Let pass',
    metadata: waiverMetadata(environment),
  })
}

const byWhom = ({ by, role, delegateOf }: RecordedWaiver, names: Names): string =>
  `${who(by, names)}, ${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}`

/** One line: which environment is open without an approval, until when, by whom and why. */
export const waiverLine = (waiver: RecordedWaiver, names: Names): string =>
  `⚠ *${escapeUntrusted(waiver.environment, 60)} may be released without approval* until ${when(waiver.until)} · ${byWhom(waiver, names)}: ${escapeUntrusted(waiver.reason, 200)}`

/** A line for each environment that is open now. */
export const waiverLines = (waivers: readonly RecordedWaiver[], names: Names, now: Instant): string[] =>
  activeWaivers(waivers, now).map((each) => waiverLine(each, names))

/** Announces it in the channel. */
export function waiverNotice(waiver: RecordedWaiver, names: Names): Message {
  const text = `${escapeUntrusted(waiver.environment, 60)} may be released without approval until ${when(waiver.until)}`
  return {
    text,
    blocks: [
      section([
        `⚠ *${text}*`,
        `${byWhom(waiver, names)} let releases pass the promotion gate.`,
        `Reason: ${escapeUntrusted(waiver.reason, 1500)}`,
      ]),
    ],
  }
}

/** Asks for the environment. */
export function environmentWanted(environments: readonly string[], typed: string | undefined): Message {
  const names = environments.map((name) => code(name, 60)).join(', ')
  const text = `${typed === undefined ? 'No environment given' : `“${escapeUntrusted(typed, 40)}” is no environment`}. Add one of ${names}, such as ${code(`/rotation waive ${environments.at(-1) ?? 'production'}`)}.`
  return { text, blocks: [section(text)] }
}
