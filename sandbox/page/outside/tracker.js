import { sandbox } from '../api.js'
import { inlineMarkdown, Markdown } from '../block-kit/markdown.js'
import { refresh } from '../live.js'
import { useNow } from '../now.js'
import { html, useEffect, useRef, useState } from '../preact.js'
import { relative } from '../time.js'
import { CommentForm } from './comment-form.js'

function useWanted(isWanted) {
  const details = useRef(null)
  useEffect(() => {
    if (!isWanted) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'start' })
  }, [isWanted])
  return details
}

/** Pull requests, newest first; an open one can be merged. */
export function Pulls({ pulls, to }) {
  if (pulls.length === 0) return null
  return html`<section class="outside-section" data-testid="pulls">
    <h3>Pull requests</h3>
    ${pulls.map((pull) => html`<${Pull} key=${pull.number} pull=${pull} isWanted=${to === `pull/${pull.number}`} />`)}
  </section>`
}

function Pull({ pull, isWanted }) {
  const details = useWanted(isWanted)
  const [problem, setProblem] = useState('')
  const merge = async () => {
    setProblem('')
    await sandbox.merge(pull.number).catch((error) => setProblem(error.message))
    refresh()
  }
  const state = pull.merged ? 'merged' : pull.state
  return html`<details class="repository-file" ref=${details} data-testid=${`pull-${pull.number}`} data-state=${state}>
    <summary>#${pull.number} ${pull.title} · ${state}</summary>
    <div class="repository-text">
      <p><code>${pull.head}</code> into <code>${pull.base}</code></p>
      <${Markdown} text=${pull.body ?? ''} />
      ${
        pull.state === 'open' &&
        html`<button type="button" class="button button-small" data-testid=${`merge-${pull.number}`} onClick=${merge}>Merge</button>`
      }
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    </div>
  </details>`
}

/** Tickets with their comments; people comment on the newest. */
export function Tickets({ tickets, people, to }) {
  return html`<section class="outside-section" data-testid="tickets">
    <h3>Ticket</h3>
    ${tickets.map((ticket) => html`<${Ticket} key=${ticket.number} ticket=${ticket} people=${people} to=${to} />`)}
    ${tickets.length > 0 && html`<${CommentForm} people=${people} />`}
  </section>`
}

function Ticket({ ticket, people, to }) {
  const wanted = `issues/${ticket.number}`
  const details = useWanted(to === wanted || to.startsWith(`${wanted}/`))
  const count = ticket.comments.length
  const comments = `${count} ${count === 1 ? 'comment' : 'comments'}`
  return html`<details class="repository-file" ref=${details} data-testid=${`issue-${ticket.number}`} data-state=${ticket.state}>
    <summary>#${ticket.number} ${ticket.title} · ${ticket.state} · ${comments}</summary>
    <div class="repository-text">
      <p>${inlineMarkdown(ticket.body ?? '')}</p>
      ${ticket.comments.map(
        (comment) =>
          html`<${Comment} key=${comment.id} comment=${comment} people=${people} isWanted=${to === `${wanted}/comments/${comment.id}`} />`,
      )}
    </div>
  </details>`
}

function Comment({ comment, people, isWanted }) {
  const now = useNow()
  const details = useWanted(isWanted)
  return html`<details ref=${details} data-testid=${`comment-${comment.id}`}>
    <summary>${comment.author} commented ${relative(new Date(comment.createdAt), now)}</summary>
    <${Markdown} text=${comment.body} />
    ${people.includes(comment.author) && html`<${CommentForm} people=${people} edits=${comment} />`}
  </details>`
}
