import { refresh, useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useEffect } from '../preact.js'
import { relative, SECOND } from '../time.js'
import { NeverDeployed } from './deployments.js'

/** Reload interval: agents authenticate all the time. */
const EVERY_MS = 2 * SECOND

/** Counters of every agent, and the last queries. */
export function Telemetry() {
  const { data: telemetry, error } = useResource('/telemetry', 'telemetry')
  useEffect(() => {
    const timer = setInterval(() => refresh('telemetry'), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  if (!telemetry) return html`<p class="outside-note">${error ?? 'Loading…'}</p>`
  return html`${telemetry.environments.map((each) => html`<${Environment} key=${each.environment} ...${each} />`)}
    <${Queries} queries=${telemetry.queries} />`
}

function Environment({ environment, agents }) {
  const wasDeployed = agents.some(({ deployedAt }) => deployedAt)
  return html`<section class="outside-section" data-testid=${`telemetry-${environment}`}>
    <h3>${environment}</h3>
    ${wasDeployed ? null : html`<${NeverDeployed} />`}
    <table class="counters">
      <thead>
        <tr>
          <th scope="col">agent</th>
          <th scope="col">ok</th>
          <th scope="col">failed</th>
          <th scope="col" title="Warnings that the token expires soon">warned</th>
        </tr>
      </thead>
      <tbody>
        ${agents.map((agent) => html`<${Agent} key=${agent.agent} agent=${agent} wasDeployed=${wasDeployed} />`)}
      </tbody>
    </table>
  </section>`
}

function Agent({ agent, wasDeployed }) {
  const now = useNow()
  const deployed = agent.deployedAt
    ? `deployed ${relative(new Date(agent.deployedAt), now)}`
    : 'never deployed'
  return html`<tr>
    <th scope="row">
      ${agent.agent}
      <span class="counters-about"><code>${shortId(agent.version)}</code> ${wasDeployed && deployed}</span>
    </th>
    <td>${agent.successes}</td>
    <td class=${agent.failures > 0 ? 'is-bad' : ''}>${agent.failures}</td>
    <td class=${agent.warnings > 0 ? 'is-bad' : ''}>${agent.warnings}</td>
  </tr>`
}

function Queries({ queries }) {
  const now = useNow(SECOND)
  return html`<section class="outside-section" data-testid="telemetry-queries">
    <h3>Last queries</h3>
    ${queries.length === 0 && html`<p class="outside-note">No queries yet. The checks of step 4 send some.</p>`}
    <ol class="queries">
      ${queries.map(
        ({ at, query, answer }, index) => html`<li key=${`${at} ${index}`}>
          <code>${query}</code>
          <span class="queries-answer">${relative(new Date(at), now)}: <strong>${answer}</strong></span>
        </li>`,
      )}
    </ol>
  </section>`
}

const shortId = (id) => (id ?? 'no version').replaceAll('-', '').slice(0, 8)
