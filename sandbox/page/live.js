/** What the sandbox holds, read again whenever its event stream says that it changed. */
import { read } from './api.js'
import { useEffect, useState } from './preact.js'
import { createSignal } from './signal.js'

/** False while the event stream is broken; the browser reconnects by itself. */
export const connected = createSignal(true)

const resources = new Map()

function createResource(path, topic) {
  const listeners = new Set()
  const resource = { topic, listeners, data: undefined, error: undefined, refetch }
  let text
  let reading = false
  let stale = false

  // One request at a time: changes that arrive meanwhile lead to exactly one more.
  async function refetch() {
    if (reading) {
      stale = true
      return
    }
    reading = true
    do {
      stale = false
      await readOnce()
    } while (stale)
    reading = false
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
 * A part of the control API, kept current.
 *
 * @param {string | null} path below /sandbox/api; null reads nothing
 * @param {string} topic the change after which it is read again
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
      // Kept documents would show what was true when somebody last looked.
      if (resource.listeners.size === 0) resources.delete(path)
    }
  }, [path, topic])
  const resource = path ? resources.get(path) : undefined
  return { data: resource?.data, error: resource?.error }
}

/** Reads everything about a topic again, or everything at all. */
export function refresh(topic) {
  const due = [...resources.values()].filter((resource) => !topic || resource.topic === topic)
  return Promise.all(due.map((resource) => resource.refetch()))
}

/**
 * Follows what changes; once, for the life of the page.
 *
 * A browser opens at most six connections to a server, over all its tabs. So one tab holds the event stream and
 * tells the others; when it closes, the next one takes over.
 */
export function listen() {
  const tabs = new BroadcastChannel('sandbox-changes')
  tabs.onmessage = ({ data }) => NEWS[data.kind](data)
  const tell = (news) => {
    NEWS[news.kind](news)
    tabs.postMessage(news)
  }
  navigator.locks.request('sandbox-changes', () => {
    const stream = new EventSource('/sandbox/api/events')
    stream.onopen = () => tell({ kind: 'opened' })
    stream.onerror = () => tell({ kind: 'lost' })
    stream.onmessage = (event) => tell({ kind: 'changed', topic: JSON.parse(event.data).topic })
    // Held until the tab is gone.
    return new Promise(() => undefined)
  })
}

const NEWS = {
  opened() {
    connected.set(true)
    // Whatever happened meanwhile was not told.
    refresh()
  },
  lost: () => connected.set(false),
  changed: ({ topic }) => refresh(topic),
}
