import { useEffect, useState } from './preact.js'

/**
 * An observable value outside the component tree.
 *
 * @template T
 * @param {T} initial
 */
export function createSignal(initial) {
  let value = initial
  const listeners = new Set()
  return {
    /** @returns {T} */
    get: () => value,
    /** @param {T} next */
    set(next) {
      if (Object.is(value, next)) return
      value = next
      for (const listener of listeners) listener(value)
    },
    /** The value, in a component; re-renders at every change. @returns {T} */
    use() {
      const [, redraw] = useState(0)
      useEffect(() => {
        const listener = () => redraw((count) => count + 1)
        listeners.add(listener)
        return () => listeners.delete(listener)
      }, [])
      return value
    },
  }
}
