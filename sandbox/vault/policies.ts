import { readFileSync } from 'node:fs'
import type { World } from '../world.ts'
import { parsePolicy, type Rule } from './policy.ts'
import { BOT_ROLE } from './tokens.ts'
import { badRequest } from './vault-error.ts'

/** The policy from the documentation, so that every test proves it is sufficient. */
const BOT_POLICY = new URL('../../docs/vault-policy.hcl', import.meta.url)

const VALUES = 'secret/data/*'

export interface Policies {
  read(name: string): string | undefined
  /** @throws VaultError when it cannot be parsed */
  write(name: string, text: string): void
  botRules(): Rule[]
}

export function policiesOf(world: World): Policies {
  const changed = world.store.collection<string>('vault.policies')
  const read = (name: string) =>
    changed.get(name) ?? (name === BOT_ROLE ? readFileSync(BOT_POLICY, 'utf8') : undefined)
  return {
    read,
    write(name, text) {
      try {
        parsePolicy(text)
      } catch (error) {
        throw badRequest(`failed to parse policy: ${error instanceof Error ? error.message : String(error)}`)
      }
      changed.put(name, text)
    },
    botRules() {
      const rules = parsePolicy(read(BOT_ROLE) ?? '')
      if (!world.faults.on('secrets-values-readable')) return rules
      return [...rules.filter(({ path }) => path !== VALUES), { path: VALUES, capabilities: ['read'] }]
    },
  }
}
