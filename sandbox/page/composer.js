import { failureSentence, slack } from './api.js'
import { COMMAND, suggestionsFor } from './commands.js'
import { SendIcon } from './icons.js'
import { refresh } from './live.js'
import { html, useContext, useEffect, useLayoutEffect, useRef, useState } from './preact.js'
import { createSignal } from './signal.js'
import { WorkspaceContext } from './workspace.js'

/** Text that another part of the page wants in the main composer, such as the hint. */
export const draftRequest = createSignal(undefined)

/** @param {{ channel: string, threadTs?: string, label: string, testId: string }} props */
export function Composer({ channel, threadTs, label, testId }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const [text, setText] = useState('')
  const [caret, setCaret] = useState(0)
  const [problem, setProblem] = useState('')
  const [sending, setSending] = useState(false)
  const field = useRef(null)
  useGrowing(field, text)
  useRequestedDraft(threadTs ? undefined : setText, field)

  const edit = (next, at = next.length) => {
    setText(next)
    setCaret(at)
    setProblem('')
  }
  const completion = useCompletion({ text, caret, people: workspace.people, edit, field })

  async function send() {
    if (text.trim() === '' || sending) return
    setSending(true)
    const failure = await deliver({ text, user: me.id, channel, threadTs })
    setSending(false)
    setProblem(failure.sentence ?? '')
    if (!failure.keepText) setText('')
    refresh('slack')
  }
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
        onKeyUp=${({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onClick=${({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown=${onKeyDown}
        onBlur=${completion.close}
      ></textarea>
      <button
        type="button"
        class=${`send ${sending ? 'is-busy' : ''}`}
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

/** As tall as what was typed; the style sheet sets the limit. */
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
      return { sentence: `${command} is no command here. Type ${COMMAND}.`, keepText: true }
    if (threadTs)
      return { sentence: 'Slash commands do not work in threads. Use the conversation.', keepText: true }
    const result = await slack.sendCommand({ user, channel, text: text.trim() })
    return result.ok ? {} : { sentence: failureSentence(result.error) }
  } catch (error) {
    return { sentence: error.message, keepText: true }
  }
}

const MOVES = { ArrowDown: 1, ArrowUp: -1 }

/** Round and round; from nothing chosen, up is the last one. */
const nextIndex = (from, by, count) => (from < 0 && by < 0 ? count - 1 : (from + by + count) % count)

/** The list above the field: arrow keys choose, Tab takes the first or the chosen one, Enter the chosen one. */
function useCompletion({ text, caret, people, edit, field }) {
  // A choice counts for the text that it was made for.
  const [active, setActive] = useState({ text: '', index: -1 })
  const [closedFor, setClosedFor] = useState('')
  const { from, items } = suggestionsFor(text, caret, people)
  const isOpen = items.length > 0 && closedFor !== text
  const listId = `${field.current?.dataset.testid ?? 'composer'}-suggestions`
  // A half-typed name is never what somebody wants to send.
  const preset = isOpen && /^\/\w*$/.test(text) ? 0 : -1
  const index = active.text === text ? active.index : -1
  const chosen = isOpen ? Math.max(index, preset) : -1

  const take = (item) => {
    const next = text.slice(0, from) + item.insert + text.slice(caret)
    edit(next, from + item.insert.length)
    field.current.focus()
  }
  const onKey = (event) => {
    if (!isOpen) return false
    const taken =
      event.key === 'Tab' ? items[Math.max(0, chosen)] : event.key === 'Enter' ? items[chosen] : undefined
    if (taken && !event.shiftKey) take(taken)
    else if (MOVES[event.key]) setActive({ text, index: nextIndex(chosen, MOVES[event.key], items.length) })
    else if (event.key === 'Escape') setClosedFor(text)
    else return false
    event.preventDefault()
    return true
  }
  const list =
    isOpen &&
    html`<ul class="suggestions" id=${listId} role="listbox" aria-label="Suggestions" data-testid="suggestions">
      ${items.map(
        (item, index) => html`<li
          key=${item.label}
          id=${`${listId}-${index}`}
          role="option"
          class=${index === chosen ? 'is-active' : ''}
          aria-selected=${String(index === chosen)}
          onMouseDown=${(event) => event.preventDefault()}
          onClick=${() => take(item)}
        >
          <span class="suggestion-label">${item.label} ${item.usage && html`<i>${item.usage}</i>`}</span>
          <span class="suggestion-about">${item.about}</span>
        </li>`,
      )}
      <li class="suggestions-keys" role="presentation">↑ ↓ choose · Tab completes · Enter sends</li>
    </ul>`
  return {
    isOpen,
    listId,
    activeId: chosen >= 0 ? `${listId}-${chosen}` : undefined,
    onKey,
    close: () => setClosedFor(text),
    list,
  }
}
