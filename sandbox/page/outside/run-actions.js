import { failureSentence, sandbox } from '../api.js'
import { refresh, useResource } from '../live.js'
import { html, useState } from '../preact.js'

/** What a person can do with a run in GitHub's own pages: approve it, or run it again. */
export function RunActions({ run }) {
  const [problem, setProblem] = useState('')
  const act = async (action) => {
    setProblem('')
    await action().catch((error) => setProblem(failureSentence(error.message)))
    refresh('ci')
  }
  const isFailed = run.status === 'completed' && run.conclusion !== 'success'
  if (run.status !== 'waiting' && !isFailed) return null
  return html`<p class="fault-actions run-actions">
    ${
      run.status === 'waiting'
        ? html`<button type="button" class="button button-small" data-testid=${`approve-${run.id}`} onClick=${() => act(() => sandbox.approveRun(run.id))}>
            Approve as DevOps lead
          </button>`
        : html`<button type="button" class="button button-small" data-testid=${`again-${run.id}`} onClick=${() => act(() => sandbox.runAgain(run.id))}>
            Run again as operator
          </button>`
    }
    ${problem && html`<span class="field-error" role="alert">${problem}</span>`}
  </p>`
}

/** Starts a workflow as somebody other than the bot. */
export function StartByHand() {
  const { data } = useResource('/runs/startable', 'repository')
  const [chosen, setChosen] = useState('')
  const [problem, setProblem] = useState('')
  const workflow = data?.workflows.find(({ file }) => file === chosen) ?? data?.workflows[0]
  if (!workflow) return null
  const start = async (event) => {
    event.preventDefault()
    setProblem('')
    const { as, workflow: file, ...inputs } = Object.fromEntries(new FormData(event.currentTarget))
    await sandbox.startWorkflow(file, inputs, as).catch((error) => setProblem(failureSentence(error.message)))
    refresh('ci')
  }
  return html`<details class="by-hand" data-testid="by-hand">
    <summary>Start a workflow by hand</summary>
    <form onSubmit=${start}>
      <label>
        <span>Workflow</span>
        <select class="field" name="workflow" value=${workflow.file} onChange=${({ currentTarget }) => setChosen(currentTarget.value)}>
          ${data.workflows.map(({ file, name }) => html`<option key=${file} value=${file}>${name}</option>`)}
        </select>
      </label>
      ${workflow.inputs.map((input) => html`<${Input} key=${`${workflow.file} ${input.name}`} ...${input} />`)}
      <label>
        <span>As</span>
        <select class="field" name="as">
          ${data.people.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
      </label>
      <button type="submit" class="button button-small" data-testid="start-by-hand">Start</button>
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    </form>
  </details>`
}

const Input = ({ name, initial, options }) => html`<label>
  <span>${name}</span>
  ${
    options.length > 0
      ? html`<select class="field" name=${name}>
          ${options.map((option) => html`<option key=${option} value=${option}>${option}</option>`)}
        </select>`
      : html`<input class="field" name=${name} value=${initial} autocomplete="off" />`
  }
</label>`
