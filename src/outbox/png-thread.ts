import { parentPort } from 'node:worker_threads'
import { drawPng } from './draw-png.ts'

// Worker thread of `renderPng`: renders one picture and exits.
parentPort?.on('message', async (svg) => parentPort?.postMessage(await drawPng(String(svg))))
