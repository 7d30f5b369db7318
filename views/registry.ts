import { type Difference, describeDifference } from '#domain/tokens/registry-drift'
import { type Message, section } from './blocks.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { packGroups } from './pack.ts'
import { escapeUntrusted, link, plural } from './text.ts'

export interface RegistryOptions {
  path: string
  /** Number of tokens in it; null if there is no file. */
  registered: number | null
  differences: Difference[]
  unread: string[]
  left: string[]
  proposal: { state: 'open'; url: string } | { state: 'waiting'; problem: string | null } | null
}

const LINE = 500
const BLOCKS = 20

/** `/rotation registry`: differences between registry and secrets manager, and the pull request that resolves them. */
export function registry(options: RegistryOptions): Message {
  const first = summary(options)
  const lines = [
    ...options.differences.map((each) => `• ${escapeUntrusted(describeDifference(each), LINE)}`),
    ...options.unread.map((each) => `? not read: ${escapeUntrusted(each, LINE)}`),
  ]
  const left = options.left.map((each) => `• ${escapeUntrusted(each, LINE)}`)
  const { blocks, left: unshown } = packGroups(
    [lines, left.length > 0 ? ['*Fix these manually first*', ...left] : []].filter(
      (group) => group.length > 0,
    ),
    { blocks: BLOCKS, bytes: MESSAGE_BUDGET * 0.8 },
  )
  return {
    text: first,
    blocks: [
      section([`*${first}*`, ...proposalLines(options)]),
      ...blocks,
      ...(unshown.length > 0 ? [section(`and ${plural(unshown.length, 'more line')}`)] : []),
    ],
  }
}

function summary({ path, registered, differences, unread }: RegistryOptions): string {
  const file = escapeUntrusted(path, 200)
  if (registered === null) return `The registry ${file} does not exist yet`
  if (differences.length > 0)
    return `The registry ${file} and the secrets manager differ in ${plural(differences.length, 'place')}`
  if (unread.length > 0) return `The registry ${file} could not be fully compared`
  return `The registry ${file} and the secrets manager agree: ${plural(registered, 'token')}`
}

function proposalLines({ proposal, differences }: RegistryOptions): string[] {
  if (proposal?.state === 'open')
    return [`→ Proposed as a ${link(proposal.url, 'pull request')}: review and merge it.`]
  if (proposal) {
    const why = proposal.problem ? `: ${escapeUntrusted(proposal.problem, 600)}` : ''
    return [
      `→ The pull request is not open yet${why}. The bot keeps trying; run \`/rotation registry\` again to see it.`,
    ]
  }
  return differences.length > 0 ? ['→ None of this can be proposed automatically: fix it manually.'] : []
}
