import { suggestionsFor } from './commands.js'
import { html, useState } from './preact.js'
import { SUBCOMMANDS } from './subcommands.js'

const MOVES = { ArrowDown: 1, ArrowUp: -1 }

/** Wraps around; from no selection, up selects the last one. */
const nextIndex = (from, by, count) => (from < 0 && by < 0 ? count - 1 : (from + by + count) % count)

/**
 * The list above the field: arrow keys select, Tab inserts the first or selected item, Enter the selected
 * one.
 */
export function useCompletion({ text, caret, people, edit, field }) {
  // A selection is valid for its own text only.
  const [active, setActive] = useState({ text: '', index: -1 })
  const [closedFor, setClosedFor] = useState('')
  const { from, items } = suggestionsFor(text, caret, people, SUBCOMMANDS)
  const isOpen = items.length > 0 && closedFor !== text
  const listId = `${field.current?.dataset.testid ?? 'composer'}-suggestions`
  // Enter completes an incomplete command name instead of sending it.
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
  const list = isOpen && html`<${Suggestions} id=${listId} items=${items} chosen=${chosen} take=${take} />`
  return {
    isOpen,
    listId,
    activeId: chosen >= 0 ? `${listId}-${chosen}` : undefined,
    onKey,
    close: () => setClosedFor(text),
    list,
  }
}

function Suggestions({ id, items, chosen, take }) {
  return html`<ul class="suggestions" id=${id} role="listbox" aria-label="Suggestions" data-testid="suggestions">
    ${items.map(
      (item, index) => html`<li
        key=${item.label}
        id=${`${id}-${index}`}
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
}
