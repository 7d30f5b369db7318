import { App } from './app.js'
import { listen } from './live.js'
import { html, render } from './preact.js'

const cast = await (await fetch('/page/cast.json')).json()
const root = document.getElementById('app')
root.replaceChildren()
render(html`<${App} people=${cast.people} />`, root)
listen()
