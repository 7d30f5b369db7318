import { isAlias, type ParsedNode, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { type RegisteredToken, RegistryWrong } from './registry.ts'

const tokenSchema = z.object({
  agent: z.string().min(1),
  environment: z.string().min(1),
  secret: z.string().min(1),
  owner: z.string().min(1),
  cadence_days: z.int().min(1).optional(),
  notes: z.string().optional(),
})
const registrySchema = z.object({ version: z.literal(1), tokens: z.array(tokenSchema) })

/** The name in an AWS Secrets Manager ARN, without AWS's six characters; other texts unchanged. */
export const secretName = (text: string): string =>
  /^arn:[\w-]+:secretsmanager:[\w-]*:\d*:secret:(.+)-[A-Za-z0-9]{6}$/.exec(text)?.[1] ?? text

const NAMED = 3

/**
 * Parses the registry's YAML. Aliases are refused: they can expand to more than memory holds, and edits
 * through them are ambiguous.
 * @param path of the file, for the error message
 * @throws RegistryWrong with the first mistake
 */
export function parseRegistry(text: string, path: string): RegisteredToken[] {
  const wrong = (what: string) => new RegistryWrong(`The registry ${path} ${what}`)
  const document = parseDocument(text, { logLevel: 'silent' })
  const [error] = document.errors
  if (error) throw wrong(`is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`)
  const alias = firstAlias(document.contents)
  if (alias !== null) throw wrong(`uses the YAML alias *${alias}; write out its value`)

  const parsed = registrySchema.safeParse(document.toJS())
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw wrong(`is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`)
  }
  const tokens = parsed.data.tokens.map(({ cadence_days, notes: _, ...token }) => ({
    ...token,
    secret: secretName(token.secret),
    cadenceDays: cadence_days ?? null,
  }))
  const twice = duplicates(tokens.map((token) => token.secret))
  if (twice.length > 0) throw wrong(`lists more than once: ${named(twice)}`)
  return tokens
}

function firstAlias(contents: ParsedNode | null): string | null {
  let source: string | null = null
  visit(contents, {
    Node: (_, node) => {
      if (!isAlias(node)) return undefined
      source = node.source
      return visit.BREAK
    },
  })
  return source
}

function duplicates(names: string[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return [...twice]
}

const named = (names: string[]): string => {
  const more = names.length - NAMED
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
