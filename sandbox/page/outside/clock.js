import { sandbox } from '../api.js'
import { refresh, useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useState } from '../preact.js'
import { DAY, duration, fullDate, HOUR, SECOND, timeOfDay } from '../time.js'

const MOVES = [
  { label: '+1 h', id: '+1h', ms: HOUR },
  { label: '+1 d', id: '+1d', ms: DAY },
  { label: '+30 d', id: '+30d', ms: 30 * DAY },
]

/** The clock of the sandbox and the bot. It only moves forward. */
export function Clock() {
  const now = useNow(SECOND)
  const { data } = useResource('/clock', 'clock')
  const [problem, setProblem] = useState('')
  const move = async (ms) => {
    setProblem('')
    await sandbox.advanceClock(ms).catch((error) => setProblem(error.message))
    refresh()
  }
  const ahead = data?.offsetMs ? `${duration(data.offsetMs)} ahead of real time` : 'real time'
  return html`<section class="clock" aria-label="Clock">
    <p class="clock-time">
      <time data-testid="clock-now" datetime=${now.toISOString()}><strong class="clock-hour">${timeOfDay(now)}</strong> ${fullDate(now)}</time>
      <span class="controls-note">${ahead}</span>
    </p>
    <p class="clock-moves">
      ${MOVES.map(
        ({
          label,
          id,
          ms,
        }) => html`<button key=${id} type="button" class="button button-small" data-testid=${`clock-${id}`} onClick=${() => move(ms)}>
          ${label}
        </button>`,
      )}
    </p>
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
  </section>`
}
