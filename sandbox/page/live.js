/** The sandbox's data, reloaded when the event stream reports a change. */
import { read } from './api.js'
import { useEffect, useState } from './preact.js'
import { createSignal } from './signal.js'

/** False while the event stream is interrupted; the browser reconnects by itself. */
export const connected = createSignal(true)

const resources = new Map()

function createResource(path, topic) {
  const listeners = new Set()
  const resource = { topic, listeners, data: undefined, error: undefined, refetch }
  let text
  let reading
  let stale = false

  // One request at a time; changes meanwhile cause exactly one more. Resolves when the data is as of this call.
  function refetch() {
    stale = true
    reading ??= readWhileStale()
    return reading
  }

  async function readWhileStale() {
    while (stale) {
      stale = false
      await readOnce()
    }
    reading = undefined
  }

  async function readOnce() {
    try {
      const answer = await read(path)
      if (answer === text && !resource.error) return
      text = answer
      resource.data = JSON.parse(answer)
      resource.error = undefined
    } catch (error) {
      resource.error = error.message
    }
    for (const listener of listeners) listener()
  }
  return resource
}

/**
 * A resource of the control API, kept current.
 *
 * @param {string | null} path below /sandbox/api; null loads nothing
 * @param {string} topic reloaded when this topic changes
 * @returns {{ data: any, error: string | undefined }}
 */
export function useResource(path, topic) {
  const [, redraw] = useState(0)
  useEffect(() => {
    if (!path) return undefined
    let resource = resources.get(path)
    if (!resource) {
      resource = createResource(path, topic)
      resources.set(path, resource)
      resource.refetch()
    }
    const listener = () => redraw((count) => count + 1)
    resource.listeners.add(listener)
    listener()
    return () => {
      resource.listeners.delete(listener)
      // A cached resource would be outdated when shown again.
      if (resource.listeners.size === 0) resources.delete(path)
    }
  }, [path, topic])
  const resource = path ? resources.get(path) : undefined
  return { data: resource?.data, error: resource?.error }
}

/** Reloads the resources of a topic, or all of them. */
export function refresh(topic) {
  const due = [...resources.values()].filter((resource) => !topic || resource.topic === topic)
  return Promise.all(due.map((resource) => resource.refetch()))
}

/**
 * Subscribes to changes; call once.
 *
 * A browser opens at most six connections to a server, over all its tabs. One tab holds the event stream
 * and forwards it to the others; when it closes, the next one takes over.
 */
export function listen() {
  const tabs = new BroadcastChannel('sandbox-changes')
  tabs.onmessage = ({ data }) => ON_EVENT[data.kind](data)
  const broadcast = (event) => {
    ON_EVENT[event.kind](event)
    tabs.postMessage(event)
  }
  navigator.locks.request('sandbox-changes', () => {
    const source = new EventSource('/sandbox/api/events')
    source.onopen = () => broadcast({ kind: 'opened' })
    source.onerror = () => broadcast({ kind: 'lost' })
    source.onmessage = ({ data }) => broadcast({ kind: 'changed', topic: JSON.parse(data).topic })
    // The lock is held until the tab closes.
    return new Promise(() => undefined)
  })
}

const ON_EVENT = {
  opened() {
    connected.set(true)
    // Changes may have been missed.
    refresh()
  },
  lost: () => connected.set(false),
  changed: ({ topic }) => refresh(topic),
}
