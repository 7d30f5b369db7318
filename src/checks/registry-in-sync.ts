import { RegistryWrong } from '#domain/tokens/registry'
import { compareRegistry, describeDifference } from '#domain/tokens/registry-drift'
import { type Check, type CheckInput, failed, passed, unknown, type Verdict } from './check.ts'
import { excerpts, summary } from './per-token.ts'

const CORRECT_TAGS =
  'Correct the tags, or merge the pull request of `/rotation registry`, then run the checks again.'
const FIX_FILE = 'Fix the file in the repository, then run the checks again.'
const RESTORE = 'Restore access to what it names, then run the checks again.'

/** Registry and secrets manager have the same secrets with the same owner, environment and agent. */
export const registryInSync: Check = {
  id: 'registry-in-sync',
  step: 'inventory-review',
  title: 'Registry matches',
  how: 'compares the registry in the repository with the secrets manager',
  backs: null,
  async run(input) {
    try {
      return await compare(input)
    } catch (error) {
      if (error instanceof RegistryWrong) return failed(error.message, FIX_FILE)
      throw error
    }
  },
}

async function compare({ readRegistry, readAll, readOthers }: CheckInput): Promise<Verdict> {
  const [tokens, listed] = await Promise.all([readRegistry(), readAll()])
  const names = new Set(listed.map((reading) => reading.name))
  const others = tokens.map((token) => token.secret).filter((name) => !names.has(name))
  const { differences, unread } = compareRegistry(tokens, listed, await readOthers(others))
  const wrong = differences.map(describeDifference)
  const evidence = excerpts([...wrong, ...unread])
  if (wrong.length > 0) return failed(summary(wrong), CORRECT_TAGS, evidence)
  if (unread.length > 0) return { ...unknown(summary(unread), RESTORE), evidence }
  if (tokens.length === 0)
    return failed('Neither the registry nor the secrets manager names a token', 'Publish the registry first.')
  return passed(`${tokens.length} in the registry, the same ${tokens.length} in the secrets manager`)
}
