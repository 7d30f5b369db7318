import { sandbox } from '../api.js'
import { refresh, useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useEffect, useRef, useState } from '../preact.js'
import { dayAndTime, relative } from '../time.js'
import { Loading } from './loading.js'

const STATES = {
  triggered: { word: 'Triggered', mark: '!', kind: 'bad' },
  acknowledged: { word: 'Acknowledged', mark: '…', kind: 'busy' },
  resolved: { word: 'Resolved', mark: '✓', kind: 'good' },
}

/** Who is on call, and every alert. @param {{ to: string }} props to: an alert's id */
export function Pager({ to }) {
  const { data: pager, error } = useResource('/pager', 'pager')
  if (!pager) return html`<${Loading} error=${error} />`
  const first = pager.onCall.find(({ level }) => level === 1)
  return html`<p class="repository-name">${first ? html`On call: <strong>${first.name}</strong> (<code>${first.email}</code>)` : 'Nobody is on call.'}</p>
    ${pager.alerts.length === 0 && html`<p class="outside-note">No alerts yet.</p>`}
    <div class="runs">${pager.alerts.map((alert) => html`<${Alert} key=${alert.id} alert=${alert} isWanted=${to === alert.id} />`)}</div>`
}

function Alert({ alert, isWanted }) {
  const now = useNow()
  const details = useRef(null)
  const { word, mark, kind } = STATES[alert.status]
  useEffect(() => {
    if (!isWanted) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'nearest' })
  }, [isWanted])
  return html`<details class=${`run run-${kind}`} ref=${details} open=${alert.status !== 'resolved'} data-testid=${`alert-${alert.id}`} data-status=${alert.status}>
    <summary>
      <span class="run-mark" aria-hidden="true">${mark}</span>
      <span class="run-title">${alert.summary}</span>
      <span class="run-about"><strong>${word}</strong> · ${alert.severity} · ${relative(new Date(alert.createdAt), now)}</span>
    </summary>
    <dl class="pairs">
      <div><dt>key</dt><dd>${alert.dedupKey}</dd></div>
      <div><dt>source</dt><dd>${alert.source}</dd></div>
      ${Object.entries(alert.details ?? {}).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${String(value)}</dd></div>`)}
      ${alert.links.map((link) => html`<div key=${link.href}><dt>link</dt><dd><a href=${link.href}>${link.text || link.href}</a></dd></div>`)}
    </dl>
    <pre class="log" tabindex="0" aria-label="Timeline">${alert.timeline.map(({ at, what }) => `${dayAndTime(new Date(at), now)}  ${what}`).join('\n')}</pre>
    <${Answers} alert=${alert} />
  </details>`
}

function Answers({ alert }) {
  const [problem, setProblem] = useState('')
  const answer = async (action) => {
    setProblem('')
    await sandbox.answerAlert(alert.id, action).catch((error) => setProblem(error.message))
    refresh('pager')
  }
  if (alert.status === 'resolved') return null
  return html`<p class="fault-actions alert-answers">
    ${
      alert.status === 'triggered' &&
      html`<button type="button" class="button button-small" data-testid=${`acknowledge-${alert.id}`} onClick=${() => answer('acknowledge')}>
        Acknowledge
      </button>`
    }
    <button type="button" class="button button-small" data-testid=${`resolve-${alert.id}`} onClick=${() => answer('resolve')}>Resolve</button>
    ${problem && html`<span class="field-error" role="alert">${problem}</span>`}
  </p>`
}
