import { useResource } from './live.js'
import { html, useEffect, useState } from './preact.js'
import { SECOND } from './time.js'

/** A bot that starts, or reconnects, is back within this time. */
const PATIENCE_MS = 30 * SECOND

/** Whether a bot is connected to the workspace; one that starts is given time. */
export function BotState() {
  const { data } = useResource('/slack/socket', 'slack')
  const isOn = data?.connections > 0
  const isLost = useLasting(data !== undefined && !isOn, PATIENCE_MS)
  if (!data) return null
  const words = isOn ? 'Bot connected' : isLost ? 'No bot connected: commands get no answer' : 'Reconnecting…'
  return html`<p class=${`bot-state ${isOn ? 'is-on' : isLost ? 'is-off' : ''}`} data-testid="bot-state" role="status">
    <span class="dot" aria-hidden="true"></span>${words}
  </p>`
}

/** Whether a condition has been true for so long. */
function useLasting(isTrue, ms) {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    setLasting(false)
    if (!isTrue) return undefined
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [isTrue, ms])
  return lasting
}
