import { html } from '../preact.js'
import { Link } from './text.js'

const isLocal = (url) =>
  url.startsWith('data:image/') || new URL(url, location.href).origin === location.origin

/** The page loads nothing from other origins: a foreign image is shown as its description with a link. */
export function Picture({ url, alt, className }) {
  if (url && isLocal(url)) return html`<img class=${className} src=${url} alt=${alt} />`
  return html`<span class=${`${className} picture-away`}>
    <span aria-hidden="true">▧</span> ${url ? html`<${Link} url=${url}>${alt}<//>` : alt}
  </span>`
}

/** The address of an image: its own, or that of a file in the workspace. */
export const addressOf = ({ image_url, slack_file }) =>
  image_url ?? slack_file?.url ?? (slack_file && `/slack/open/${slack_file.id}/picture`)

export const ImageElement = ({ element }) =>
  html`<${Picture} url=${addressOf(element)} alt=${element.alt_text} className="thumb" />`
