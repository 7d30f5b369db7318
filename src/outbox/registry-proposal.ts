import { sha256 } from '#domain/rotation/evidence'
import type { Handler } from './handler.ts'

/** Opens the pull request once. Skips a proposal that was made for another version of the file. */
export const handleRegistryProposal: Handler<'registry-proposal'> = async ({ payload }, { repository }) => {
  const { text, basedOn, title, body } = payload
  const current = await repository.readRegistryText()
  if ((current === null ? null : sha256(current)) !== basedOn)
    return { result: { skipped: 'the registry has changed since' } }
  const { url } = await repository.proposeRegistry(text, { title, body })
  return { result: { url } }
}
