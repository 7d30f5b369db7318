import { failureSentence, slack } from '../api.js'
import { refresh } from '../live.js'
import { createContext, useEffect, useRef, useState } from '../preact.js'
import { collectState, payloadOf, pruneTyped, stateKey } from './state.js'

export const SurfaceContext = createContext(undefined)

let surfaces = 0

function nextSurfaceId() {
  surfaces += 1
  return `s${surfaces}`
}

/**
 * @param {{ user: string, container: object, blocks: object[], heading?: string, errors?: Record<string, string>, onEdit?: (blockId: string) => void }} options
 *   heading: the level of its headers, below that of the surface's own title
 */
export function useSurface({ user, container, blocks, heading = 'h2', errors = {}, onEdit }) {
  const [id] = useState(nextSurfaceId)
  const [typed, setTyped] = useState(() => new Map())
  const [pending, setPending] = useState(() => new Set())
  const [failures, setFailures] = useState(() => ({}))
  // Handlers of an earlier render must see what was typed since.
  const latest = useRef({ typed, blocks })
  latest.current.blocks = blocks

  const keep = (next) => {
    latest.current.typed = next
    setTyped(next)
  }
  useEffect(() => {
    const pruned = pruneTyped(blocks, latest.current.typed)
    if (pruned.size !== latest.current.typed.size) keep(pruned)
  }, [blocks])

  const set = (blockId, element, payload) => {
    const next = new Map(latest.current.typed)
    next.set(stateKey(blockId, element.action_id), { type: element.type, payload })
    keep(next)
    onEdit?.(blockId)
  }

  const act = async (blockId, element, payload) => {
    const key = stateKey(blockId, element.action_id)
    setPending((before) => new Set(before).add(key))
    setFailures((before) => ({ ...before, [blockId]: undefined }))
    const failure = await send({
      user,
      container,
      block_id: blockId,
      action_id: element.action_id,
      value: { type: element.type, ...payload },
      state: { values: collectState(latest.current.blocks, latest.current.typed) },
    })
    setPending((before) => new Set([...before].filter((other) => other !== key)))
    if (failure) setFailures((before) => ({ ...before, [blockId]: failure }))
    refresh('slack')
  }

  return {
    id,
    user,
    Heading: heading,
    errors,
    failures,
    set,
    act,
    payload: (blockId, element) => payloadOf(typed, blockId, element),
    isPending: (blockId, element) => pending.has(stateKey(blockId, element.action_id)),
    state: () => collectState(latest.current.blocks, latest.current.typed),
  }
}

/** @returns {Promise<string | undefined>} the sentence of a failure */
async function send(action) {
  try {
    const result = await slack.act(action)
    return result.ok ? undefined : failureSentence(result.error)
  } catch (error) {
    return error.message
  }
}
