import { type RegisteredToken, RegistryWrong } from './registry.ts'
import type { SecretsManager } from './secret.ts'
import { isArn } from './secret-name.ts'

/**
 * The tokens with the names that the secrets manager knows for their ARNs. An ARN of another account, region or partition
 * remains: it is another secret, also where one here has the same name.
 *
 * @throws RegistryWrong when two entries are the same secret, NotReadable when the list of secrets cannot be read
 */
export async function resolveRegistry(
  tokens: RegisteredToken[],
  secrets: Pick<SecretsManager, 'namesOf'>,
): Promise<RegisteredToken[]> {
  if (!tokens.some((token) => isArn(token.secret))) return tokens
  const names = await secrets.namesOf(tokens.map((token) => token.secret))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new RegistryWrong(`The registry lists ${twice} twice, by its name and its ARN; remove one entry`)
  return tokens.map((token, index) => ({ ...token, secret: names[index] ?? token.secret }))
}
