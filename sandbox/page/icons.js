import { html } from './preact.js'

const icon = (d) => (props) =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" ...${props}>
    <path d=${d} fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" />
  </svg>`

export const CloseIcon = icon('M5 5l10 10M15 5L5 15')
export const HashIcon = icon('M4 7.5h12.5M3.5 12.5H16M8.5 3l-2 14M13.5 3l-2 14')
export const HomeIcon = icon('M3.5 9.5L10 4l6.5 5.5V16.5h-4.5v-4h-4v4H3.5z')
export const BackIcon = icon('M11.5 4.5L6 10l5.5 5.5')
export const PanelIcon = icon('M3.5 4h13v12h-13zM12 4v12')
export const MenuIcon = icon('M3.5 5.5h13M3.5 10h13M3.5 14.5h13')
export const EyeIcon = icon(
  'M2 10c2-3.6 4.8-5 8-5s6 1.4 8 5c-2 3.6-4.8 5-8 5s-6-1.4-8-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
)
export const SendIcon = icon('M3.5 10h12M10.5 4.5L16 10l-5.5 5.5')
export const FileIcon = icon('M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15')
