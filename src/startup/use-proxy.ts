import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'

/**
 * Sends every `fetch` of this process through the proxy of HTTPS_PROXY (HTTP_PROXY for http addresses), except to the
 * hosts of NO_PROXY. The websocket and the AWS SDK have agents of their own. NODE_EXTRA_CA_CERTS is read by Node itself.
 */
export function useProxy(variables: Record<string, string | undefined>): void {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy']
  if (names.some((name) => variables[name])) setGlobalDispatcher(new EnvHttpProxyAgent())
}
