import { useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useEffect, useRef } from '../preact.js'
import { duration, relative, SECOND } from '../time.js'
import { Loading } from './loading.js'
import { RunActions, StartByHand } from './run-actions.js'

const STATES = {
  success: { word: 'Succeeded', mark: '✓', kind: 'good' },
  failure: { word: 'Failed', mark: '✗', kind: 'bad' },
  cancelled: { word: 'Cancelled', mark: '–', kind: 'idle' },
  in_progress: { word: 'Running', mark: '▶', kind: 'busy' },
  waiting: { word: 'Waiting for a reviewer', mark: '…', kind: 'busy' },
  queued: { word: 'Queued', mark: '·', kind: 'idle' },
}

const stateOf = (run) =>
  STATES[run.conclusion ?? run.status] ?? { word: run.conclusion ?? run.status, mark: '·', kind: 'idle' }

/** Workflow runs, newest first. @param {{ to: string }} props to: a run's id to open */
export function Ci({ to }) {
  const { data: runs, error } = useResource('/runs', 'ci')
  if (!runs) return html`<${Loading} error=${error} />`
  return html`<${StartByHand} />
    ${runs.length === 0 && html`<p class="outside-note">No workflow has run yet.</p>`}
    <div class="runs">${runs.map((run) => html`<${Run} key=${run.id} run=${run} isWanted=${to === String(run.id)} />`)}</div>`
}

function Run({ run, isWanted }) {
  const now = useNow(SECOND)
  const { word, mark, kind } = stateOf(run)
  const details = useRef(null)
  const isBusy = run.status !== 'completed'
  useEffect(() => {
    if (!isWanted) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'nearest' })
  }, [isWanted])
  // Opened automatically once; stays closed after the user closes it.
  useEffect(() => {
    if (isBusy) details.current.open = true
  }, [])
  const began = new Date(run.createdAt)
  const took = (isBusy ? now : new Date(run.updatedAt)).getTime() - began.getTime()
  return html`<details class=${`run run-${kind}`} ref=${details} data-testid=${`run-${run.id}`} data-status=${run.conclusion ?? run.status}>
    <summary>
      <span class="run-mark" aria-hidden="true">${mark}</span>
      <span class="run-title">${run.title ?? run.name}</span>
      <span class="run-about"><strong>${word}</strong> · ${relative(began, now)} · ${isBusy ? 'for' : 'took'} ${duration(Math.max(0, took))}</span>
    </summary>
    <${Inputs} run=${run} />
    <${RunActions} run=${run} />
    <${Log} lines=${logLines(run.jobs)} isBusy=${isBusy} />
  </details>`
}

const Inputs = ({ run }) => html`<dl class="pairs">
  <${Pair} name="run" value=${`${run.id} · ${run.name}${run.attempt > 1 ? ` · attempt ${run.attempt}` : ''}`} />
  <${Pair} name="started by" value=${run.actor} />
  ${Object.entries(run.inputs ?? {}).map(([name, value]) => html`<${Pair} key=${name} name=${name} value=${String(value)} />`)}
</dl>`

/** A list is collapsed to its length. */
function Pair({ name, value }) {
  const items = value.split(',')
  const shown =
    items.length === 1
      ? value
      : html`<details>
          <summary>${items.length} secrets</summary>
          <ul>${items.map((item) => html`<li>${item}</li>`)}</ul>
        </details>`
  return html`<div><dt>${name}</dt><dd>${shown}</dd></div>`
}

function Log({ lines, isBusy }) {
  const log = useRef(null)
  useEffect(() => {
    if (isBusy && log.current) log.current.scrollTop = log.current.scrollHeight
  }, [lines.length])
  if (lines.length === 0) return html`<p class="outside-note">No log lines yet.</p>`
  return html`<pre class="log" ref=${log} tabindex="0" aria-label="Log">${lines.join('\n')}</pre>`
}

/** All log lines; a job is a line or a name with lines. @returns {string[]} */
function logLines(jobs = []) {
  return jobs.flatMap((job) =>
    typeof job === 'string' ? [job] : [job.name, ...(job.lines ?? job.log ?? [])],
  )
}
