import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { parseLinks } from '#domain/rotation/evidence'
import type { Evidence, Instant } from '#domain/rotation/rotation'
import { type FoundCredential, findCredential } from '#redaction/find-credential'
import type { Context } from '#src/context'
import { INPUTS, type InputId } from '#views/ids'
import { LIMITS } from '#views/limits'
import { parseViewMetadata, type ViewMetadata } from '#views/metadata'
import { clip } from '#views/text'

/** Error sentences by the field's `block_id`. */
export type FieldErrors = Partial<Record<InputId, string>>

/** A submitted modal. Values are read by `block_id`; a missing one is empty. */
export interface Submission {
  user: string
  viewId: string
  callbackId: string
  metadata: ViewMetadata | null
  text(id: InputId): string
  choices(id: InputId): string[]
  /** Whether the form has this input. */
  asks(id: InputId): boolean
  /** Slack's ids of uploaded files. What else Slack sends of them is not believed. */
  files(id: InputId): string[]
  person(id: InputId): string
  /** A date and time to the minute; null if missing. */
  moment(id: InputId): Instant | null
  /** The modal below this one, if there is one. */
  below: string | null
  day(id: InputId): string
}

/**
 * Processes a submitted form before it is acknowledged, so that a refusal keeps what was typed. Reads only the local
 * database and, for a role held by a user group, its members. Returns errors, or null on success.
 */
export type FormHandler = (
  submission: Submission,
  context: Context,
) => Promise<FieldErrors | ShownInstead | null>

/** What the form shows instead of closing. */
export interface ShownInstead {
  show: ModalView
}

type Values = ViewOutput['state']['values'][string][string]

export function readSubmission(user: string, view: ViewOutput): Submission {
  const value = (id: InputId): Values | undefined => view.state.values[id]?.[id]
  return {
    user,
    viewId: view.id,
    callbackId: view.callback_id,
    metadata: parseViewMetadata(view.private_metadata),
    // A clipped paste can leave a lone surrogate, which a digest cannot contain.
    text: (id) => (value(id)?.value ?? '').toWellFormed(),
    choices(id) {
      const found = value(id)
      const options = found?.selected_options ?? (found?.selected_option ? [found.selected_option] : [])
      return options.map((option) => option.value)
    },
    asks: (id) => view.blocks.some((block) => block.block_id === id),
    files: (id) => (value(id)?.files ?? []).flatMap((file) => (file.id ? [file.id] : [])),
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
 * Checks texts before anything is stored: not empty if required, not too long, and no credential.
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
    if (required.includes(field) && text.trim() === '')
      errors[field] = 'Write a sentence; it is kept in the record.'
    else if (text.length > LIMITS.inputText)
      errors[field] =
        `This is ${text.length} characters long; the limit is ${LIMITS.inputText}. Shorten it, or link to the full text.`
    else {
      const found = await findCredential(text)
      if (found) errors[field] = credentialWords(found)
    }
  }
  return errors
}

/** Says what was found and where, and never repeats it. */
const credentialWords = ({ kind, line }: FoundCredential): string =>
  `${line === null ? 'This' : `Line ${line}`} looks like ${kind}. It was not stored. Remove it, and revoke it if it is real: a credential typed into a chat counts as leaked.`

/** Parses a field of links, one per line. */
export function readLinks(submission: Submission, field: InputId, errors: FieldErrors): Evidence[] {
  const { links, rejected } = parseLinks(submission.text(field))
  if (rejected.length > 0 && !errors[field]) {
    const [first = ''] = rejected
    errors[field] =
      `Not a valid link: “${clip(first, 80)}”. Enter at most 20 addresses, one per line, starting with https:// or http:// and without a password.`
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
