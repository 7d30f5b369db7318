import { html, useContext, useEffect, useErrorBoundary } from '../preact.js'
import { Element, GROUP_ELEMENTS, Unsupported } from './elements.js'
import { addressOf, Picture } from './image.js'
import { Markdown } from './markdown.js'
import { RichText } from './rich-text.js'
import { SurfaceContext } from './surface.js'
import { Table } from './table.js'
import { PlainText, Text } from './text.js'
import { elementId } from './use-element.js'

function Section({ block }) {
  const { id } = useContext(SurfaceContext)
  const textId = `${id}-${block.block_id}-text`.replace(/[^\w-]/g, '-')
  return html`<div class="section">
    <div class="section-body">
      ${block.text && html`<div class="section-text" id=${textId}><${Text} object=${block.text} /></div>`}
      ${
        block.fields &&
        html`<div class="section-fields">
        ${block.fields.map((field) => html`<div class="section-field"><${Text} object=${field} /></div>`)}
      </div>`
      }
    </div>
    ${
      block.accessory &&
      html`<div class="accessory">
      <${Element} element=${block.accessory} blockId=${block.block_id} labelledBy=${block.text && textId} dispatch />
    </div>`
    }
  </div>`
}

const Actions = ({ block }) =>
  html`<div class="actions">
    ${block.elements.map(
      (element) =>
        html`<${Element} key=${element.action_id} element=${element} blockId=${block.block_id} dispatch />`,
    )}
  </div>`

const Context = ({ block }) =>
  html`<div class="context">
    ${block.elements.map((element) =>
      element.type === 'image'
        ? html`<${Element} element=${element} />`
        : html`<${Text} object=${element} />`,
    )}
  </div>`

function Input({ block }) {
  const { id: surfaceId, errors } = useContext(SurfaceContext)
  const id = elementId(surfaceId, block.block_id, block.element.action_id)
  const error = errors[block.block_id]
  const isGroup = GROUP_ELEMENTS.includes(block.element.type)
  const described =
    [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  const label = html`<${PlainText} text=${block.label.text} />
    ${block.optional && html` <span class="optional">optional</span>`}`
  return html`<div class=${`input ${error ? 'has-error' : ''}`}>
    ${isGroup ? html`<p class="label" id=${`${id}-label`}>${label}</p>` : html`<label class="label" for=${id}>${label}</label>`}
    <${Element}
      element=${block.element}
      blockId=${block.block_id}
      dispatch=${block.dispatch_action === true}
      inInput
      describedBy=${described}
      labelledBy=${isGroup ? `${id}-label` : undefined}
      invalid=${Boolean(error)}
    />
    ${error && html`<p class="field-error" id=${`${id}-error`} data-testid="modal-error"><${PlainText} text=${error} /></p>`}
    ${block.hint && html`<p class="hint-text" id=${`${id}-hint`}><${PlainText} text=${block.hint.text} /></p>`}
  </div>`
}

const ImageBlock = ({ block }) =>
  html`<figure class="figure">
    ${block.title && html`<figcaption><${PlainText} text=${block.title.text} /></figcaption>`}
    <${Picture} url=${addressOf(block)} alt=${block.alt_text} className="figure-image" />
  </figure>`

function Header({ block }) {
  const { Heading } = useContext(SurfaceContext)
  return html`<${Heading} class="header" dir="auto"><${PlainText} text=${block.text.text} /><//>`
}

const Alert = ({ block }) =>
  html`<div class=${`alert alert-${block.level ?? 'default'}`} role="note"><${Text} object=${block.text} /></div>`

const BLOCKS = {
  alert: Alert,
  header: Header,
  section: Section,
  divider: () => html`<hr />`,
  context: Context,
  actions: Actions,
  input: Input,
  image: ImageBlock,
  rich_text: RichText,
  markdown: ({ block }) => html`<${Markdown} text=${block.text} />`,
  table: Table,
  file: ({ block }) => html`<p class="file-name">File <code>${block.external_id}</code></p>`,
}

/** A malformed block must not break the conversation. */
function Block({ block }) {
  const [broken, reset] = useErrorBoundary()
  useEffect(() => {
    if (broken) reset()
  }, [block])
  const { failures } = useContext(SurfaceContext)
  const Known = BLOCKS[block.type]
  const drawn =
    Known && !broken
      ? html`<${Known} block=${block} />`
      : html`<${Unsupported} what=${`block ${block.type}`} />`
  const failure = failures[block.block_id]
  return html`<div class=${`block block-${block.type}`} data-block-id=${block.block_id}>
    ${drawn} ${failure && html`<p class="action-error" role="alert">${failure}</p>`}
  </div>`
}

/**
 * What only shows something is drawn over: Slack gives it another id at each update, and to replace what is above a field takes
 * the focus from it.
 */
const keyOf = (block, index) =>
  ['input', 'actions'].includes(block.type) ? block.block_id : `${block.type} ${index}`

/** @param {{ surface: ReturnType<typeof import('./surface.js').useSurface>, blocks: object[] }} props */
export function Blocks({ surface, blocks }) {
  return html`<${SurfaceContext.Provider} value=${surface}>
    <div class="blocks">
      ${blocks.map((block, index) => html`<${Block} key=${keyOf(block, index)} block=${block} />`)}
    </div>
  <//>`
}
