import { z } from 'zod'
import { type RegisteredToken, RegistryWrong } from './registry.ts'
import { parseRegistryYaml, YamlFault } from './registry-yaml.ts'
import type { NameFault } from './secret-name.ts'

/** As the names of the config's environments. */
const environmentName = z.string().regex(/^[\w-]{1,40}$/, 'must be letters, digits, - and _, at most 40')
const agentName = z.string().regex(/^[\w.@/-]{1,80}$/, 'must be letters, digits and ._@/-, at most 80')
const oneLine = z
  .string()
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u, 'must be one line of at most 200 characters')

/** Whether an entry with these would be accepted. */
export const areNames = (names: { agent: string; environment: string; owner: string }): boolean =>
  z.object({ agent: agentName, environment: environmentName, owner: oneLine }).safeParse(names).success

const tokenSchema = z.object({
  agent: agentName,
  environment: environmentName,
  secret: z.string().min(1),
  owner: oneLine,
  cadence_days: z.int().min(1).optional(),
  notes: z.string().optional(),
})
const registrySchema = z.object({ version: z.literal(1), tokens: z.array(tokenSchema) })

const NAMED = 3

/**
 * Parses the registry.
 *
 * @param path of the file, for the error message
 * @param nameFault the secrets manager's rules; ARNs are resolved by `resolveRegistry`
 * @throws RegistryWrong with the first mistake
 */
export function parseRegistry(
  text: string,
  path: string,
  nameFault: NameFault = () => null,
): RegisteredToken[] {
  const wrong = (what: string) => new RegistryWrong(`The registry ${path} ${what}`)
  const parsed = registrySchema.safeParse(readYaml(text, wrong))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw wrong(
      `is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message.replace(/received undefined$/, 'and it is missing')}`,
    )
  }
  const tokens = parsed.data.tokens.map(({ cadence_days, notes: _, ...token }) => ({
    ...token,
    cadenceDays: cadence_days ?? null,
  }))
  for (const { secret } of tokens) {
    const fault = nameFault(secret)
    if (fault) throw wrong(`names the secret ${JSON.stringify(secret.slice(0, 100))}, which ${fault}`)
  }
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
