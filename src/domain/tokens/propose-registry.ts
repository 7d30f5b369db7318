import { Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import { areNames } from './parse-registry.ts'
import type { RegisteredToken } from './registry.ts'
import { type Difference, describeDifference, TAG_OF } from './registry-drift.ts'
import { parseRegistryYaml } from './registry-yaml.ts'
import { missingTags } from './required-tags.ts'
import { compareRecorded, tokenLabel } from './scope.ts'

export interface RegistryProposal {
  text: string | null
  changes: string[]
  left: string[]
}

const HEADER = ` Every capability token: which secret holds which agent's token, and who owns it.`

type Entry = Pick<RegisteredToken, 'agent' | 'environment' | 'secret' | 'owner'>

/**
 * Proposes a registry that matches the secrets manager's tags. Comments, notes, cadences and order are kept;
 * new entries follow at the end.
 * @param current the present file, or null
 * @param isRemovable whether an entry without a secret may be removed
 * @param writtenAs how the file writes a secret: its name or its ARN
 */
export function proposeRegistry(
  current: string | null,
  differences: Difference[],
  isRemovable: (token: RegisteredToken) => boolean,
  writtenAs: (name: string) => string = (name) => name,
): RegistryProposal {
  const document = current === null ? emptyRegistry() : parseRegistryYaml(current)
  const tokens = document.get('tokens')
  if (!isSeq(tokens)) throw new TypeError('a registry without tokens')
  const proposal: RegistryProposal = { text: null, changes: [], left: [] }
  const entries = new Map(tokens.items.filter(isMap).map((item) => [nameIn(item), item]))
  const added: Entry[] = []

  for (const difference of differences) {
    if (difference.kind === 'unregistered') {
      const { scope: agent, env: environment, owner } = difference.secret.tags
      const secret = difference.secret.name
      if (agent && environment && owner) {
        const names = { agent, environment, owner }
        if (areNames(names)) added.push({ agent, environment, secret, owner })
        else
          proposal.left.push(
            `${secret} has a tag that the registry does not take as an agent, environment or owner`,
          )
      } else
        proposal.left.push(`${secret} lacks the ${tagGap(difference.secret.tags)}, so its owner is unknown`)
    } else if (difference.kind === 'missing') {
      if (!isRemovable(difference.token)) proposal.left.push(describeDifference(difference))
      else {
        remove(tokens, entries.get(writtenAs(difference.token.secret)))
        proposal.changes.push(`removes ${tokenLabel(difference.token)}: ${difference.reason}`)
      }
    } else if (difference.tag === null) proposal.left.push(describeDifference(difference))
    else {
      const { token, field, tag } = difference
      entries.get(writtenAs(token.secret))?.set(field, tag)
      proposal.changes.push(`sets the ${field} of ${tokenLabel(token)} to ${tag}, it was ${token[field]}`)
    }
  }
  for (const entry of added.sort((a, b) => compareRecorded(a, b) || a.secret.localeCompare(b.secret))) {
    tokens.add(document.createNode(entry))
    proposal.changes.push(`adds ${tokenLabel(entry)} (${entry.secret}), owned by ${entry.owner}`)
  }
  if (proposal.changes.length > 0) proposal.text = write(document, current)
  return proposal
}

function emptyRegistry(): Document {
  const document = new Document({ version: 1, tokens: [] })
  document.commentBefore = HEADER
  const tokens = document.get('tokens')
  if (isSeq(tokens)) tokens.flow = false
  return document
}

const nameIn = (item: YAMLMap): string => String(item.get('secret') ?? '')

function remove(tokens: YAMLSeq, item: YAMLMap | undefined): void {
  const index = tokens.items.indexOf(item)
  if (item && index >= 0) tokens.items.splice(index, 1)
}

const tagGap = (tags: Record<string, string>): string => {
  const missing = missingTags(tags, Object.values(TAG_OF))
  return `${missing.length === 1 ? 'tag' : 'tags'} ${missing.join(', ')}`
}

/** Keeps the file's indentation, so that the diff shows only changes. */
function write(document: Document, current: string | null): string {
  const indent = /^tokens:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( *)- /m.exec(current ?? '')?.[1]?.length ?? 2
  const text = document.toString({ lineWidth: 0, indentSeq: indent > 0, indent: indent > 0 ? indent : 2 })
  return current?.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text
}
