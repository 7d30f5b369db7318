import { failureSentence, sandbox } from '../api.js'
import { refresh, useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useState } from '../preact.js'
import { duration, MINUTE, nearDay, relative } from '../time.js'
import { IssuerState, shortId, titleOf } from './deployments.js'
import { Loading } from './loading.js'
import { ENVIRONMENTS, placeOf } from './secret-order.js'

const FRESH_FOR = 2 * MINUTE

/** The secrets: names, versions, labels and tags, never values. */
export function Secrets({ to }) {
  const { data: secrets, error } = useResource('/secrets', 'secrets')
  if (!secrets) return html`<${Loading} error=${error} />`
  const placed = secrets.map((secret) => ({ secret, ...placeOf(secret) }))
  const environments = [...new Set([...ENVIRONMENTS, ...placed.map(({ environment }) => environment)])]
  return environments.map((environment) => {
    const inside = placed
      .filter((entry) => entry.environment === environment)
      .sort((a, b) => a.order - b.order)
    if (inside.length === 0) return null
    return html`<section key=${environment} class="outside-section">
      <h3>${environment}</h3>
      ${inside.map((entry) => html`<${Secret} key=${entry.secret.name} ...${entry} isOpen=${to === entry.secret.name} />`)}
    </section>`
  })
}

function Secret({ secret, agent, isOpen }) {
  const now = useNow()
  const current = withLabel(secret, 'AWSCURRENT')
  const changed = new Date(secret.lastChangedAt ?? secret.createdAt)
  const isFresh = Math.abs(now.getTime() - changed.getTime()) < FRESH_FOR
  return html`<details class=${`secret ${isFresh ? 'is-fresh' : ''}`} open=${isOpen} data-testid=${`secret-${secret.name}`}>
    <summary>
      <span class="secret-agent">${agent}</span>
      <span class="secret-now">
        ${current ? html`<code>${shortId(current.id)}</code> ${ageOf(current, now)}` : 'no current version'}
      </span>
      <span class="secret-before">${previousState(secret, now)}</span>
    </summary>
    <p class="secret-name"><code>${secret.name}</code></p>
    <ul class="versions">
      ${newestFirst(secret.versions).map((version) => html`<${Version} key=${version.id} secret=${secret} version=${version} now=${now} />`)}
    </ul>
    <${Tags} secret=${secret} current=${current} now=${now} />
  </details>`
}

function Version({ secret, version, now }) {
  return html`<li class="version" data-version=${version.id}>
    <code title=${titleOf(version)}>${shortId(version.id)}</code>
    <span class="version-age">${ageOf(version, now)}</span>
    <span class="labels">
      ${version.labels.map((label) => html`<span key=${label} class=${`label-chip label-${label.toLowerCase()}`}>${label}</span>`)}
      <span class="revoked">issuer: <${IssuerState} ...${version.issuer} now=${now} /></span>
    </span>
    ${isLiveAndOld(version) && html`<${RevokeNow} secret=${secret} version=${version} />`}
  </li>`
}

/** A pending version is not an old one. */
const isLiveAndOld = ({ labels, revokedAt }) =>
  !revokedAt && !labels.includes('AWSCURRENT') && !labels.includes('AWSPENDING')

function RevokeNow({ secret, version }) {
  const [problem, setProblem] = useState('')
  const revoke = async () => {
    setProblem('')
    const result = await sandbox.revoke(secret.name, version.id).catch((error) => ({ error: error.message }))
    if (result.error) setProblem(failureSentence(result.error))
    refresh('secrets')
  }
  return html`<span class="version-actions">
    <button
      type="button"
      class="button button-small"
      data-testid=${`revoke-${version.id}`}
      aria-label=${`Revoke version ${shortId(version.id)} of ${secret.name} now`}
      onClick=${revoke}
    >
      Revoke now
    </button>
    ${problem && html`<span class="field-error" role="alert">${problem}</span>`}
  </span>`
}

const Tags = ({ secret, current, now }) => html`<dl class="tags">
  ${Object.entries(secret.tags ?? {}).map(
    ([key, value]) =>
      html`<div key=${key}><dt>${key}</dt><dd>${value}${key === 'expiry' && expiryNote(value, current, now)}</dd></div>`,
  )}
</dl>`

/** A tag is only a promise: the issuer alone says whether it accepts a token. */
function expiryNote(value, current, now) {
  const at = new Date(value)
  if (!current || Number.isNaN(at.getTime()) || at >= now) return null
  const then = nearDay(at, now) ?? relative(at, now)
  return ` (expired ${then}; ${current.issuer.state === 'live' ? 'still accepted' : 'no longer accepted'} by the issuer)`
}

const withLabel = (secret, label) => secret.versions.find((version) => version.labels.includes(label))
const newestFirst = (versions) => [...versions].sort((a, b) => b.createdAt.localeCompare(a.createdAt))

function ageOf(version, now) {
  return `${duration(Math.max(0, now.getTime() - new Date(version.createdAt).getTime()))} old`
}

const REFUSED = { disabled: 'disabled', destroyed: 'revoked' }

/** Whether the old token can still be used, which labels do not show. */
function previousState(secret, now) {
  if (secret.deletedAt) return `to be deleted ${relative(new Date(secret.deletedAt), now)}`
  const pending = withLabel(secret, 'AWSPENDING')
  if (pending && !pending.labels.includes('AWSCURRENT')) return `new version ${shortId(pending.id)} pending`
  const current = withLabel(secret, 'AWSCURRENT')
  const [previous] = newestFirst(secret.versions.filter((version) => version !== current))
  if (!previous) return 'no earlier version'
  const { state, since } = previous.issuer
  if (state !== 'live') return `previous version ${REFUSED[state]} ${relative(new Date(since), now)}`
  const due = secret.tags?.['previous-revoke-by']
  return due && !Number.isNaN(Date.parse(due))
    ? `previous version to be revoked ${relative(new Date(due), now)}`
    : 'previous version not revoked'
}
