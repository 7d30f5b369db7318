import { sandbox } from '../api.js'
import { refresh } from '../live.js'
import { html, useState } from '../preact.js'

/**
 * Writes a comment on the ticket as a person does in GitHub's own pages, or edits one.
 *
 * @param {{ people: string[], edits?: { id: number, author: string, body: string } }} props
 */
export function CommentForm({ people, edits }) {
  const [problem, setProblem] = useState('')
  const save = async (event) => {
    event.preventDefault()
    setProblem('')
    const form = event.currentTarget
    const { login, body } = Object.fromEntries(new FormData(form))
    try {
      await sandbox.comment(login ?? edits.author, body, edits?.id)
      if (!edits) form.reset()
    } catch (error) {
      setProblem(error.message)
    }
    refresh('repository')
  }
  const id = edits ? `edit-comment-${edits.id}` : 'write-comment'
  return html`<details class="by-hand" data-testid=${id}>
    <summary>${edits ? `Edit it as ${edits.author}` : 'Comment on GitHub'}</summary>
    <form onSubmit=${save}>
      ${
        !edits &&
        html`<label>
          <span>As</span>
          <select class="field" name="login">
            ${people.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>`
      }
      <label>
        <span>Comment</span>
        <textarea class="field" name="body" rows="3" required>${edits?.body ?? ''}</textarea>
      </label>
      <button type="submit" class="button button-small">${edits ? 'Save' : 'Comment'}</button>
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    </form>
  </details>`
}
