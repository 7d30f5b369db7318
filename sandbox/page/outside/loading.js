import { html } from '../preact.js'

/** Shown while a tab has no data yet. @param {{ error: string | undefined }} props */
export const Loading = ({ error }) => html`<p class="outside-note">${error ?? 'Loading…'}</p>`
