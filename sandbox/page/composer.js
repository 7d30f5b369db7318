import { failureSentence, slack } from './api.js'
import { COMMAND } from './commands.js'
import { useCompletion } from './completion.js'
import { SendIcon } from './icons.js'
import { refresh } from './live.js'
import { html, useContext, useEffect, useLayoutEffect, useRef, useState } from './preact.js'
import { createSignal } from './signal.js'
import { WorkspaceContext } from './workspace.js'

/** A draft that another part of the page, such as the hint, puts into the main composer. */
export const draftRequest = createSignal(undefined)

/** @param {{ channel: string, threadTs?: string, label: string, testId: string }} props */
export function Composer({ channel, threadTs, label, testId }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const [text, setText] = useState('')
  const [caret, setCaret] = useState(0)
  const [problem, setProblem] = useState('')
  const [unanswered, setUnanswered] = useState(0)
  const field = useRef(null)
  // What is drawn next; an answer may come before it is.
  const draft = useRef(text)
  draft.current = text
  useGrowing(field, text)
  useRequestedDraft(threadTs ? undefined : setText, field)

  const edit = (next, at = next.length) => {
    draft.current = next
    setText(next)
    setCaret(at)
    setProblem('')
  }
  const completion = useCompletion({ text, caret, people: workspace.people, edit, field })

  async function send() {
    if (draft.current.trim() === '') return
    setUnanswered((count) => count + 1)
    edit('')
    const { sentence, keepText } = await deliver({ text, user: me.id, channel, threadTs })
    setUnanswered((count) => count - 1)
    // The user may have typed meanwhile: then what was not sent is named instead of being put back.
    const hasRoom = draft.current === ''
    if (sentence) setProblem(hasRoom || !keepText ? sentence : `“${text}” was not sent. ${sentence}`)
    if (keepText && hasRoom) {
      draft.current = text
      setText(text)
    }
    refresh('slack')
  }
  const noteCaret = ({ currentTarget }) => setCaret(currentTarget.selectionStart)
  const onKeyDown = (event) => {
    if (event.isComposing || completion.onKey(event)) return
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    send()
  }
  const onInput = ({ currentTarget }) => edit(currentTarget.value, currentTarget.selectionStart)

  return html`<div class="composer">
    ${completion.list}
    <div class="composer-box">
      <textarea
        ref=${field}
        rows="1"
        dir="auto"
        data-testid=${testId}
        aria-label=${label}
        placeholder=${threadTs ? label : `${label}, or type ${COMMAND}`}
        aria-autocomplete="list"
        aria-controls=${completion.isOpen ? completion.listId : undefined}
        aria-activedescendant=${completion.activeId}
        value=${text}
        onInput=${onInput}
        onKeyUp=${noteCaret}
        onClick=${noteCaret}
        onKeyDown=${onKeyDown}
        onBlur=${completion.close}
      ></textarea>
      <button
        type="button"
        class=${`send ${unanswered > 0 ? 'is-busy' : ''}`}
        aria-label="Send"
        title="Send (Enter)"
        disabled=${text.trim() === ''}
        onClick=${send}
      >
        <span class="button-label"><${SendIcon} /></span>
      </button>
    </div>
    ${problem && html`<p class="composer-problem" role="alert" data-testid="composer-problem">${problem}</p>`}
  </div>`
}

function useGrowing(field, text) {
  useLayoutEffect(() => {
    const { current } = field
    current.style.height = 'auto'
    current.style.height = `${current.scrollHeight}px`
  }, [text])
}

function useRequestedDraft(setText, field) {
  const requested = draftRequest.use()
  useEffect(() => {
    if (!setText || requested === undefined) return
    setText(requested)
    draftRequest.set(undefined)
    field.current.focus()
  }, [requested])
}

/** Sends a message or a command. @returns {Promise<{ sentence?: string, keepText?: boolean }>} */
async function deliver({ text, user, channel, threadTs }) {
  try {
    if (!text.startsWith('/')) {
      await slack.sendMessage({ user, channel, text, ...(threadTs && { thread_ts: threadTs }) })
      return {}
    }
    const [command] = text.trim().split(/\s/)
    if (command !== COMMAND)
      return { sentence: `${command} is not a command of this workspace. Type ${COMMAND}.`, keepText: true }
    if (threadTs)
      return { sentence: 'Slash commands do not work in threads. Use the channel.', keepText: true }
    const result = await slack.sendCommand({ user, channel, text: text.trim() })
    return result.ok ? {} : { sentence: failureSentence(result.error), keepText: true }
  } catch (error) {
    return { sentence: error.message, keepText: true }
  }
}
