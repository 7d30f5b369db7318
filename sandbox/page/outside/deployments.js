import { failureSentence, sandbox } from '../api.js'
import { refresh, useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useState } from '../preact.js'
import { dayAndTime, relative } from '../time.js'
import { Loading } from './loading.js'

/** Which version each agent runs, and whether the issuer accepts it. */
export function Deployments() {
  const { data: environments, error } = useResource('/agents', 'agents')
  if (!environments) return html`<${Loading} error=${error} />`
  return environments.map((each) => html`<${Environment} key=${each.environment} ...${each} />`)
}

/** Said once of an environment whose agents were never deployed. */
export const NeverDeployed = () =>
  html`<p class="agents-note">Never deployed since the workspace was made.</p>`

function Environment({ environment, takes, agents }) {
  const wasDeployed = agents.some(({ since }) => since)
  const [problem, setProblem] = useState('')
  const attempt = async (action) => {
    setProblem('')
    await action().catch((error) => setProblem(failureSentence(error.message)))
    refresh()
  }
  const deploy = () => sandbox.startWorkflow('agents-orchestrate.yml', { environment }, 'bystander')
  return html`<section class="outside-section" data-testid=${`deployments-${environment}`}>
    <h3>${environment}</h3>
    ${wasDeployed ? null : html`<${NeverDeployed} />`}
    <ul class="agents">
      ${agents.map((agent) => html`<${Agent} key=${agent.agent} environment=${environment} agent=${agent} wasDeployed=${wasDeployed} />`)}
    </ul>
    <p class="agents-actions">
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked=${takes === 'runtime'}
          data-testid=${`takes-${environment}`}
          onChange=${({ currentTarget }) => attempt(() => sandbox.setTakes(environment, currentTarget.checked ? 'runtime' : 'deployment'))}
        />
        <span>Agents read the current version while they run (<code>takes: runtime</code>)</span>
      </label>
      <button type="button" class="button button-small" data-testid=${`deploy-${environment}`} onClick=${() => attempt(deploy)}>
        Deploy ${environment} as Bystander
      </button>
    </p>
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
  </section>`
}

/** @param wasDeployed whether any agent of the environment was */
function Agent({ environment, agent, wasDeployed }) {
  const now = useNow()
  const { version, issuer, isAuthenticating } = agent
  return html`<li class="agent" data-testid=${`agent-${environment}-${agent.agent}`}>
    <span class="agent-name">${agent.agent}</span>
    <span class=${isAuthenticating ? 'agent-good' : 'agent-bad'}>
      <span aria-hidden="true">${isAuthenticating ? '✓' : '✗'}</span> ${isAuthenticating ? 'authenticating' : 'refused'}
    </span>
    <span class="agent-about">
      ${version ? html`<code title=${titleOf(version)}>${shortId(version.id)}</code> ${version.isCurrent ? 'current version' : 'old version'}` : 'no version'}${wasDeployed && html`, ${sinceOf(agent, now)}`}
    </span>
    ${issuer && html`<span class="agent-about">issuer: <${IssuerState} ...${issuer} now=${now} /></span>`}
  </li>`
}

/** What the issuer says of a version. */
export const IssuerState = ({ state, since, now }) =>
  html`<span class=${`issuer issuer-${state}`}>${state}${since && ` since ${dayAndTime(new Date(since), now)}`}</span>`

const BEGAN = { deployment: 'deployed', runtime: 'read at run time' }

const sinceOf = ({ since, by }, now) =>
  since ? html`<span title=${since}>${BEGAN[by]} ${relative(new Date(since), now)}</span>` : 'never deployed'

export const titleOf = ({ id, number }) => (number === undefined ? id : `${id}, version ${number} in Vault`)
export const shortId = (id) => id.replaceAll('-', '').slice(0, 8)
