import { z } from 'zod'
import { type RegisteredToken, RegistryWrong } from './registry.ts'
import { parseRegistryYaml, YamlFault } from './registry-yaml.ts'

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
 * Parses the registry.
 *
 * @param path of the file, for the error message
 * @throws RegistryWrong with the first mistake
 */
export function parseRegistry(text: string, path: string): RegisteredToken[] {
  const wrong = (what: string) => new RegistryWrong(`The registry ${path} ${what}`)
  const parsed = registrySchema.safeParse(readYaml(text, wrong))
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

function readYaml(text: string, wrong: (what: string) => RegistryWrong): unknown {
  try {
    return parseRegistryYaml(text).toJS()
  } catch (error) {
    if (error instanceof YamlFault) throw wrong(error.message)
    throw error
  }
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
