import { slack } from '../api.js'
import { html, useContext, useState } from '../preact.js'
import { SurfaceContext } from './surface.js'
import { useElement } from './use-element.js'

/** Uploads files when they are chosen, as Slack does; the form is sent with their ids. */
export function FileInput(props) {
  const { user } = useContext(SurfaceContext)
  const { payload, change, attributes } = useElement(props)
  const [problem, setProblem] = useState('')
  const [uploading, setUploading] = useState(false)
  const files = payload.files ?? []

  const onChange = async (event) => {
    const field = event.currentTarget
    setUploading(true)
    const results = await Promise.all([...field.files].map((file) => upload(user, file)))
    setUploading(false)
    setProblem(results.flatMap(({ error }) => error ?? []).join(' '))
    await change({ files: [...files, ...results.flatMap(({ file }) => file ?? [])] })
    field.value = ''
  }
  return html`<div class="file-input">
    <input
      ...${attributes}
      type="file"
      multiple=${(props.element.max_files ?? 10) > 1}
      accept=${props.element.filetypes?.map((type) => `.${type}`).join(',')}
      onChange=${onChange}
    />
    ${uploading && html`<p class="count" role="status">Uploading…</p>`}
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
    ${
      files.length > 0 &&
      html`<ul class="file-input-list">
        ${files.map(
          (file) => html`<li key=${file.id}>
            <span dir="auto">${file.name}</span>
            <button
              type="button"
              class="button button-small"
              aria-label=${`Remove ${file.name}`}
              onClick=${() => change({ files: files.filter((each) => each.id !== file.id) })}
            >
              Remove
            </button>
          </li>`,
        )}
      </ul>`
    }
  </div>`
}

/** @returns {Promise<{ file?: object, error?: string }>} */
async function upload(user, file) {
  try {
    const { file: uploaded, error } = await slack.uploadFile(user, {
      name: file.name,
      content: await base64(file),
    })
    return uploaded ? { file: uploaded } : { error: `${file.name} was not uploaded: ${error}.` }
  } catch (error) {
    return { error: `${file.name} was not uploaded. ${error.message}` }
  }
}

const base64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '')
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
