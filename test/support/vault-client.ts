export interface VaultReply {
  status: number
  headers: Headers
  // Bodies vary; each test asserts what it needs.
  body: {
    errors?: string[]
    data?: Record<string, unknown>
    auth?: { client_token: string; lease_duration: number; renewable: boolean }
  }
}

type Call = (method: string, path: string, body?: object) => Promise<VaultReply>

/**
 * Sends plain requests to Vault, as another client than the bot.
 *
 * @param address as `VAULT_ADDR`
 * @param token none when empty
 */
export function vaultAs(address: string, token: string, namespace?: string): Call {
  return async (method, path, body) => {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: {
        ...(token && { 'x-vault-token': token }),
        ...(namespace && { 'x-vault-namespace': namespace }),
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }
}

/** Sends requests that must succeed. @throws Error with Vault's answer */
export function mustSucceed(call: Call): (...request: Parameters<Call>) => Promise<VaultReply['body']> {
  return async (method, path, body) => {
    const { status, body: answer } = await call(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`)
    return answer
  }
}

/** Encodes a name as a Vault path. */
export const encoded = (name: string): string => name.split('/').map(encodeURIComponent).join('/')
