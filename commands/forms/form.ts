import type { ViewOutput } from '@slack/bolt'
import { parseLinks } from '#domain/rotation/evidence'
import { findCredential } from '#domain/rotation/find-credential'
import type { Evidence, Instant } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { INPUTS, type InputId } from '#views/ids'
import { LIMITS } from '#views/limits'
import { parseViewMetadata, type ViewMetadata } from '#views/metadata'

/** A sentence for each field that must change, by its `block_id`. */
export type FieldErrors = Partial<Record<InputId, string>>

/** A submitted modal. Values are read by `block_id`; what is not there is empty. */
export interface Submission {
  user: string
  callbackId: string
  metadata: ViewMetadata | null
  text(id: InputId): string
  choices(id: InputId): string[]
  person(id: InputId): string
  /** When something was, to the minute; null when it is not there. */
  moment(id: InputId): Instant | null
  /** The modal below this one, if it was opened on top of one. */
  below: string | null
  /** A day such as `2026-12-03`. */
  day(id: InputId): string
}

/**
 * Carries a submitted form out before it is acknowledged, so that a refusal keeps what was typed: only the local
 * database and, where a role is held by a user group, its members are read. Returns errors, or null when it is done.
 */
export type FormHandler = (submission: Submission, context: Context) => Promise<FieldErrors | null>

type Values = ViewOutput['state']['values'][string][string]

export function readSubmission(user: string, view: ViewOutput): Submission {
  const value = (id: InputId): Values | undefined => view.state.values[id]?.[id]
  return {
    user,
    callbackId: view.callback_id,
    metadata: parseViewMetadata(view.private_metadata),
    // Half a character, as a clipped paste leaves behind, has no place in a digest.
    text: (id) => (value(id)?.value ?? '').toWellFormed(),
    choices(id) {
      const found = value(id)
      const options = found?.selected_options ?? (found?.selected_option ? [found.selected_option] : [])
      return options.map((option) => option.value)
    },
    person: (id) => value(id)?.selected_user ?? '',
    moment(id) {
      const seconds = value(id)?.selected_date_time
      return typeof seconds === 'number' ? new Date(seconds * 1_000).toISOString() : null
    },
    below: view.previous_view_id ?? null,
    day: (id) => value(id)?.selected_date ?? '',
  }
}

/**
 * Looks at what a person typed before anything is stored: not too long, and no credential in it.
 *
 * @param required fields that must not be empty
 */
export async function inspectTexts(
  submission: Submission,
  fields: readonly InputId[],
  required: readonly InputId[] = [],
): Promise<FieldErrors> {
  const errors: FieldErrors = {}
  for (const field of fields) {
    const text = submission.text(field)
    const found = await findCredential(text)
    if (required.includes(field) && text.trim() === '')
      errors[field] = 'Write a sentence here; it is kept in the record.'
    else if (text.length > LIMITS.inputText)
      errors[field] =
        `This is ${text.length} characters long; at most ${LIMITS.inputText} are kept. Shorten it, or link to the whole.`
    else if (found)
      errors[field] =
        `This looks like ${found}. It was not stored. Take it out, and revoke it if it is real: what is typed into a chat counts as leaked.`
  }
  return errors
}

/** Reads a field of links, one a line. */
export function readLinks(submission: Submission, field: InputId, errors: FieldErrors): Evidence[] {
  const { links, rejected } = parseLinks(submission.text(field))
  if (rejected.length > 0 && !errors[field]) {
    const [first = ''] = rejected
    errors[field] =
      `Not a link that can be kept: “${first.slice(0, 80)}”. Put one address a line, beginning with https:// or http://, without a password, at most 20.`
  }
  return links
}

export const hasErrors = (errors: FieldErrors): boolean => Object.keys(errors).length > 0

/** What a person documents that they did by hand. */
export interface ManualWork {
  what: string
  commands: string
  proof: Evidence[]
  by: string
}

/** Reads the fields that document what was done by hand, with the errors in them. */
export async function readManualWork(
  submission: Submission,
): Promise<{ work: ManualWork; errors: FieldErrors }> {
  const errors = await inspectTexts(submission, [INPUTS.notes, INPUTS.commands, INPUTS.proof], [INPUTS.notes])
  const work = {
    what: submission.text(INPUTS.notes).trim(),
    commands: submission.text(INPUTS.commands).trim(),
    proof: readLinks(submission, INPUTS.proof, errors),
    by: submission.user,
  }
  return { work, errors }
}
