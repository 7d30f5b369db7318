import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { asDict, type Dict, isDict } from './json.ts'
import type { Envelope, EnvelopeType } from './model.ts'
import { Sockets } from './socket.ts'
import type { SlackState } from './state.ts'

/** Time in which an app must acknowledge, in milliseconds of real time. */
const ACK_MS = 3_000
const MAX_EVENT_RETRIES = 3
/** How many envelopes can be delivered again. */
const MOST_SENT = 500
const COPY_AFTER_MS = 600

/** Outcome of an envelope. */
export type Delivery = { acked: true; payload: Dict } | { acked: false; error: DeliveryError }
export type DeliveryError = 'dispatch_failed' | 'operation_timeout'

export interface Outgoing {
  type: EnvelopeType
  payload: Dict
  acceptsResponse: boolean
}

interface Waiting {
  socket: WebSocket | undefined
  timer: NodeJS.Timeout
  done: (delivery: Delivery) => void
}

/** Socket Mode: envelopes, acknowledgements, deadlines and redelivery. */
export class Deliveries {
  readonly sockets: Sockets
  readonly #state: SlackState
  readonly #waiting = new Map<string, Waiting>()
  readonly #sent: Outgoing[] = []

  constructor(state: SlackState) {
    this.#state = state
    this.sockets = new Sockets(state, {
      onOpen: () => this.#resume(),
      onMessage: (text) => this.#acknowledge(text),
      onClose: (socket) => this.#moveOver(socket),
    })
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.sockets.upgrade(request, socket, head)
  }

  /**
   * Sends an envelope and waits for its acknowledgement. An interaction fails after 3 s, or at once without
   * a connection; an event is retried, also on the next connection and after a restart.
   */
  deliver(outgoing: Outgoing): Promise<Delivery> {
    this.#sent.push(outgoing)
    if (this.#sent.length > MOST_SENT) this.#sent.shift()
    const first = this.#send(outgoing)
    if (this.#state.world.faults.on('slack-delivers-twice')) {
      void this.#send(outgoing)
      setTimeout(() => this.#send(outgoing), COPY_AFTER_MS).unref()
    }
    return first
  }

  /** What was sent lately, oldest first; each can be delivered again. */
  sent(): readonly Outgoing[] {
    return this.#sent
  }

  /** Delivers something that was sent once more, as Slack may at any later time. */
  deliverAgain(outgoing: Outgoing): Promise<Delivery> {
    return this.#send(outgoing)
  }

  #send({ type, payload, acceptsResponse }: Outgoing): Promise<Delivery> {
    const envelope: Envelope = {
      envelope_id: randomUUID(),
      type,
      payload,
      accepts_response_payload: acceptsResponse,
      retry_attempt: 0,
      retry_reason: '',
    }
    return new Promise((done) => this.#dispatch(envelope, done))
  }

  /** Sends the newest acknowledged envelope again. Returns false when that is impossible. */
  redeliverNewest(): boolean {
    const envelope = this.#state.acknowledged.get('newest')
    return envelope !== undefined && this.sockets.send(wire(retried(envelope, 'timeout'))) !== undefined
  }

  close(): void {
    this.sockets.close()
    for (const { timer, done } of this.#waiting.values()) {
      clearTimeout(timer)
      done({ acked: false, error: 'dispatch_failed' })
    }
    this.#waiting.clear()
  }

  #dispatch(envelope: Envelope, done: Waiting['done']): void {
    const id = envelope.envelope_id
    this.#state.pending.put(id, envelope)
    const socket = this.sockets.send(wire(envelope))
    const timer = setTimeout(() => this.#expire(id), ACK_MS)
    this.#waiting.set(id, { socket, timer, done })
    if (!socket && envelope.type !== 'events_api') this.#fail(id, 'dispatch_failed')
  }

  #finish(id: string, delivery: Delivery): void {
    const entry = this.#waiting.get(id)
    if (!entry) return
    clearTimeout(entry.timer)
    this.#waiting.delete(id)
    entry.done(delivery)
  }

  #fail(id: string, error: DeliveryError): void {
    this.#state.pending.delete(id)
    this.#finish(id, { acked: false, error })
  }

  #expire(id: string): void {
    const envelope = this.#state.pending.get(id)
    const entry = this.#waiting.get(id)
    if (!entry) return
    if (envelope?.type !== 'events_api' || envelope.retry_attempt >= MAX_EVENT_RETRIES) {
      this.#fail(id, 'operation_timeout')
    } else if (this.sockets.count() === 0) {
      // It stays pending for the next connection.
      this.#finish(id, { acked: false, error: 'dispatch_failed' })
    } else {
      this.#dispatch(retried(envelope, 'timeout'), entry.done)
    }
  }

  #acknowledge(text: string): void {
    const message = parse(text)
    const envelope = this.#state.pending.get(String(message.envelope_id))
    const entry = this.#waiting.get(String(message.envelope_id))
    if (!envelope || !entry) return
    if (this.#state.world.faults.on('slack-no-ack') && !envelope.ackLost) {
      const again = { ...retried(envelope, 'timeout'), ackLost: true }
      this.#state.pending.put(again.envelope_id, again)
      entry.socket = this.sockets.send(wire(again))
      return
    }
    this.#state.pending.delete(envelope.envelope_id)
    this.#state.acknowledged.put('newest', envelope)
    this.#finish(envelope.envelope_id, { acked: true, payload: asDict(message.payload) })
  }

  #moveOver(socket: WebSocket): void {
    for (const [id, entry] of this.#waiting) {
      const envelope = this.#state.pending.get(id)
      if (entry.socket === socket && envelope) entry.socket = this.sockets.send(wire(envelope))
    }
  }

  /** Delivers waiting events to a new connection, including those from before a restart. */
  #resume(): void {
    for (const envelope of this.#state.pending.all()) {
      const entry = this.#waiting.get(envelope.envelope_id)
      if (entry) {
        entry.socket ??= this.sockets.send(wire(envelope))
      } else if (envelope.type === 'events_api' && envelope.retry_attempt < MAX_EVENT_RETRIES) {
        this.#dispatch(retried(envelope, 'connection_failed'), () => {})
      } else {
        // Its sender already got an error.
        this.#state.pending.delete(envelope.envelope_id)
      }
    }
  }
}

const retried = (envelope: Envelope, reason: string): Envelope => ({
  ...envelope,
  retry_attempt: envelope.retry_attempt + 1,
  retry_reason: reason,
})

/** The envelope as sent: only events carry retry fields, as in Slack. */
function wire(envelope: Envelope): Dict {
  const { ackLost: _, retry_attempt, retry_reason, ...rest } = envelope
  return envelope.type === 'events_api' ? { ...rest, retry_attempt, retry_reason } : rest
}

function parse(text: string): Dict {
  try {
    const value: unknown = JSON.parse(text)
    return isDict(value) ? value : {}
  } catch {
    return {}
  }
}
