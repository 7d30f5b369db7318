import { randomBytes } from 'node:crypto'
import { mimetypeOf, presentFile } from './files.ts'
import type { Outcome } from './interactions.ts'
import { asArray, asDict, asText, type Dict } from './json.ts'
import { MAX_FILE_BYTES } from './methods/files.ts'
import type { User } from './model.ts'
import { processedAt } from './shown-files.ts'
import { nowSeconds, type SlackState, slackId } from './state.ts'

/** Uploads a file that a person chose in a form. @param body `name`, and `content` as base64 */
export function uploadAsPerson(state: SlackState, user: User, body: Dict): Outcome {
  const name = asText(body.name)
  const content = asText(body.content)
  const { length } = Buffer.from(content, 'base64')
  if (name === '' || length === 0) return { ok: false, error: 'choose a file that is not empty' }
  if (length > MAX_FILE_BYTES) return { ok: false, error: 'the file is larger than 10 MB' }
  const id = slackId('F')
  const file = {
    id,
    user: user.id,
    token: randomBytes(24).toString('base64url'),
    name,
    title: name,
    length,
    content,
    mimetype: mimetypeOf(name),
    created: nowSeconds(state.world),
    complete: true,
    shares: [],
  }
  state.files.put(id, { ...file, processedAt: processedAt({ ...file }) })
  return { ok: true, file: presentFile(state, id) }
}

/** The values of a form with the file objects that Slack sends to the app, by the ids that the person chose. */
export function withFiles(state: SlackState, values: Dict): Dict {
  const present = (held: Dict): Dict =>
    held.type === 'file_input'
      ? { ...held, files: asArray(held.files).map((file) => presentFile(state, asText(asDict(file).id))) }
      : held
  return Object.fromEntries(
    Object.entries(values).map(([block, elements]) => [
      block,
      Object.fromEntries(Object.entries(asDict(elements)).map(([id, held]) => [id, present(asDict(held))])),
    ]),
  )
}
