import { parentPort } from 'node:worker_threads'
import { drawPng } from './draw-png.ts'

// What `renderPng` starts: answers each SVG with its picture.
parentPort?.on('message', async (svg) => parentPort?.postMessage(await drawPng(String(svg))))
