import type { Socket } from 'node:net'
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'

export interface SocketDispatcher {
  dispatcher: Dispatcher
  /** Closes every connection at once, whatever state it is in. */
  destroy(): void
}

/**
 * Carries one websocket, through the proxy of HTTPS_PROXY where NO_PROXY does not exclude the host. It keeps its TCP
 * connections, because an upgraded one has left the pool and a peer that vanished never closes it.
 */
export function socketDispatcher(): SocketDispatcher {
  const opened = new Set<Socket>()
  let destroyed = false
  const remembering =
    (connect: buildConnector.connector): buildConnector.connector =>
    (options, callback) =>
      connect(options, (...result) => {
        const [error, socket] = result
        if (error === null && socket) {
          opened.add(socket)
          socket.once('close', () => opened.delete(socket))
          if (destroyed) socket.destroy()
        }
        callback(...result)
      })
  const dispatcher = new EnvHttpProxyAgent({
    connect: remembering(buildConnector({ allowH2: false })),
    // The connection to a proxy.
    clientFactory: (origin, options) => {
      const { connect } = options as { connect: buildConnector.connector }
      return new Pool(origin, { ...options, connect: remembering(connect) })
    },
  } as EnvHttpProxyAgent.Options)
  return {
    dispatcher,
    destroy() {
      destroyed = true
      for (const socket of opened) socket.destroy()
      void dispatcher.destroy()
    },
  }
}
