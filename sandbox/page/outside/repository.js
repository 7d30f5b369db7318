import { inlineMarkdown, Markdown } from '../block-kit/markdown.js'
import { useResource } from '../live.js'
import { useNow } from '../now.js'
import { html, useEffect, useRef } from '../preact.js'
import { relative } from '../time.js'
import { Loading } from './loading.js'
import { Pulls, Tickets } from './tracker.js'

const LOG = 'logs/agents/rotation-log.md'
const REGISTRY = 'ops/capability-token-registry.yaml'

/** The newest log entry, the registry, the commits, and every file. */
export function Repository({ to }) {
  const { data: repository, error } = useResource('/repository', 'repository')
  if (!repository) return html`<${Loading} error=${error} />`
  const fileOf = (path) => repository.files.find((file) => file.path === path)
  const others = repository.files.filter(({ path }) => path !== LOG && path !== REGISTRY)
  const isWanted = (path) => to.endsWith(path)
  return html`<p class="repository-name"><code>${repository.owner}/${repository.name}</code> on ${repository.branch}</p>
    <${NewestEntry} log=${repository.log} />
    <${Pulls} pulls=${repository.pulls} to=${to} />
    <${Tickets} tickets=${repository.tickets} people=${repository.people} to=${to} />
    <section class="outside-section">
      <h3>Files</h3>
      ${[fileOf(LOG), fileOf(REGISTRY), ...others]
        .filter(Boolean)
        .map(
          (file) => html`<${RepositoryFile} key=${file.path} file=${file} isWanted=${isWanted(file.path)} />`,
        )}
    </section>
    <${Commits} commits=${repository.commits} to=${to} />`
}

function NewestEntry({ log }) {
  return html`<section class="outside-section" data-testid="log-entry">
    <h3>${log.rows > 1 ? `Rotation log · newest of ${log.rows} entries` : 'Rotation log'}</h3>
    ${
      log.newest
        ? html`<dl class="pairs pairs-framed">
          ${log.header.map(
            (name, index) =>
              html`<div key=${name}><dt>${name}</dt><dd>${inlineMarkdown(log.newest[index] ?? '')}</dd></div>`,
          )}
        </dl>`
        : html`<p class="outside-note">No entries yet. The first rotation writes one.</p>`
    }
  </section>`
}

function RepositoryFile({ file, isWanted }) {
  const details = useRef(null)
  useEffect(() => {
    if (!isWanted) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'start' })
  }, [isWanted])
  return html`<details class="repository-file" ref=${details} data-testid=${`file-${file.path}`}>
    <summary><code>${file.path}</code></summary>
    ${
      file.path.endsWith('.md')
        ? html`<div class="repository-text"><${Markdown} text=${file.content} /></div>`
        : html`<pre class="repository-text" tabindex="0">${file.content}</pre>`
    }
  </details>`
}

function Commits({ commits, to }) {
  const now = useNow()
  return html`<section class="outside-section">
    <h3>Commits</h3>
    <ol class="commits">
      ${commits.map(
        (
          commit,
        ) => html`<li key=${commit.sha} class=${to.includes(commit.sha) ? 'is-wanted' : ''} data-sha=${commit.sha}>
          <p class="commit-message">${commit.message.split('\n')[0]}</p>
          <p class="commit-about"><code>${commit.sha.slice(0, 7)}</code> ${nameOf(commit.author)} · ${relative(new Date(commit.date), now)}</p>
        </li>`,
      )}
    </ol>
  </section>`
}

const nameOf = (author) => (typeof author === 'string' ? author : (author?.name ?? 'unknown'))
