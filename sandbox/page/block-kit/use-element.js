import { confirm } from '../confirm.js'
import { useContext } from '../preact.js'
import { stateKey } from './state.js'
import { SurfaceContext } from './surface.js'

/**
 * @typedef {object} ElementProps
 * @property {object} element
 * @property {string} blockId
 * @property {boolean} [dispatch] a change is sent to the bot at once: outside input blocks, or where the block asks for it
 * @property {boolean} [inInput] is in an input block
 * @property {string} [describedBy] ids of hint and error
 * @property {string} [labelledBy] id of the text that names it
 * @property {boolean} [invalid]
 */

/**
 * Shared by all interactive elements: reads the value, stores a change, sends it after its confirmation.
 *
 * @param {ElementProps} props
 */
export function useElement({ element, blockId, dispatch, describedBy, labelledBy, invalid }) {
  const surface = useContext(SurfaceContext)

  const confirmed = async () => !element.confirm || (await confirm(element.confirm))
  const send = async (payload) => {
    if (await confirmed()) await surface.act(blockId, element, payload)
  }
  return {
    payload: surface.payload(blockId, element),
    pending: surface.isPending(blockId, element),
    keep: (payload) => surface.set(blockId, element, payload),
    send,
    async change(payload) {
      if (dispatch && !(await confirmed()))
        return surface.set(blockId, element, surface.payload(blockId, element))
      surface.set(blockId, element, payload)
      if (dispatch) await surface.act(blockId, element, payload)
    },
    attributes: {
      id: elementId(surface.id, blockId, element.action_id),
      'data-action-id': element.action_id,
      'aria-describedby': describedBy,
      'aria-labelledby': labelledBy,
      'aria-invalid': invalid ? 'true' : undefined,
    },
  }
}

export const elementId = (surfaceId, blockId, actionId) =>
  `${surfaceId}-${stateKey(blockId, actionId)}`.replace(/[^\w-]/g, '-')
