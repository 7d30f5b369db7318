import { App } from './app.js'
import { applyAppearance } from './appearance.js'
import { listen } from './live.js'
import { html, render } from './preact.js'

applyAppearance()
const { people } = await (await fetch('/page/people.json')).json()
const root = document.getElementById('app')
root.replaceChildren()
render(html`<${App} people=${people} />`, root)
listen()
