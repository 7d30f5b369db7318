import { App } from './app.js'
import { listen } from './live.js'
import { html, render } from './preact.js'

const { people } = await (await fetch('/page/people.json')).json()
const root = document.getElementById('app')
root.replaceChildren()
render(html`<${App} people=${people} />`, root)
listen()
