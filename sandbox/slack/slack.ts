import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Hono } from 'hono'
import type { World } from '../world.ts'
import { createSlackControl } from './control/control.ts'
import { Deliveries } from './delivery.ts'
import { followFaults } from './follow-faults.ts'
import { createResponses } from './response-urls.ts'
import { createState } from './state.ts'
import { createTransfers } from './transfers.ts'
import { createWebApi } from './web-api.ts'

export interface SlackServer {
  /** Web API, response URLs and files; mount at `/slack`. */
  routes: Hono
  /** People's actions; mount at `/sandbox/api/slack`. */
  control: Hono
  /** Socket Mode; call at the server's `upgrade`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Closes all connections and timers. Unacknowledged envelopes are delivered after the next start. */
  close(): void
}

/** A Slack workspace with one app. Validates requests as strictly as Slack; its state is in `world.store`. */
export function createSlack(world: World): SlackServer {
  const state = createState(world)
  const deliveries = new Deliveries(state)
  const forgive = followFaults(state, deliveries)
  const routes = new Hono()
  for (const part of [createWebApi(state), createResponses(state), createTransfers(state)])
    routes.route('/', part)
  return {
    routes,
    control: createSlackControl({ state, deliveries }),
    upgrade: (request, socket, head) => deliveries.upgrade(request, socket, head),
    close() {
      forgive()
      deliveries.close()
    },
  }
}
