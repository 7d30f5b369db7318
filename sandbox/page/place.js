/**
 * The current person and place, kept in the address so that each tab has its own: `?as=devops-
 * lead&in=C0…&thread=…&message=…`, and the outside world's place in the hash (`#ci/12`).
 */
import { createSignal } from './signal.js'

export const HOME = 'home'

/** @typedef {{ as: string, in: string, thread: string, message: string }} Place message: one to scroll to */

function fromAddress() {
  const query = new URLSearchParams(location.search)
  return {
    as: query.get('as') ?? sessionStorage.getItem('as') ?? '',
    in: query.get('in') ?? '',
    thread: query.get('thread') ?? '',
    message: query.get('message') ?? '',
  }
}

export const place = createSignal(fromAddress())
sessionStorage.setItem('as', place.get().as)
export const hash = createSignal(location.hash)

/** @param {Partial<Place>} change */
export function go(change) {
  const next = { ...place.get(), message: '', ...change }
  const query = new URLSearchParams(Object.entries(next).filter(([, value]) => value))
  history.pushState(null, '', `?${query}${location.hash}`)
  sessionStorage.setItem('as', next.as)
  place.set(next)
}

/** Opens a place of the outside world, such as `#repository/logs/agents/rotation-log.md`. */
export function goOutside(to) {
  if (location.hash === to) hash.set('')
  else history.pushState(null, '', location.pathname + location.search + to)
  hash.set(to)
}

const PERMALINK = /^(?:#|\/slack)\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?(.*))?$/

/**
 * Goes to the message of a permalink: `/slack/archives/C0…/p1700000000000100`, or the same after `#`.
 *
 * @returns {boolean} false when the link is not a permalink
 */
export function goToPermalink(link) {
  const match = PERMALINK.exec(link)
  if (!match) return false
  const [, channel, seconds, fraction, query] = match
  const thread = new URLSearchParams(query).get('thread_ts') ?? ''
  if (location.hash) history.replaceState(null, '', location.pathname + location.search)
  go({ in: channel, thread, message: `${seconds}.${fraction}` })
  return true
}

function readAddress() {
  if (goToPermalink(location.hash)) return
  place.set(fromAddress())
  hash.set(location.hash)
}
addEventListener('popstate', readAddress)
addEventListener('hashchange', readAddress)
goToPermalink(location.hash)

/** A boolean of the page, such as an open panel, stored for this tab. */
export function createFlag(name, initial) {
  const kept = sessionStorage.getItem(name)
  const flag = createSignal(kept === null ? initial : kept === 'true')
  return {
    ...flag,
    set(value) {
      sessionStorage.setItem(name, String(value))
      flag.set(value)
    },
  }
}
