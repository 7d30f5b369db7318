import { useResource } from './live.js'
import { useEffect, useState } from './preact.js'
import { createSignal } from './signal.js'
import { SECOND } from './time.js'

const offset = createSignal(0)

/** Follows the sandbox's clock; call once, near the root. */
export function useSandboxClock() {
  const { data } = useResource('/clock', 'clock')
  useEffect(() => {
    if (data) offset.set(data.offsetMs)
  }, [data])
}

/** How far the sandbox's clock is ahead of this machine's, in milliseconds. */
export const clockOffset = () => offset.get()

/** The sandbox's time; re-renders periodically. @param {number} everyMs */
export function useNow(everyMs = 15 * SECOND) {
  const ahead = offset.use()
  const [, redraw] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return new Date(Date.now() + ahead)
}
