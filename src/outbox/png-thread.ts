import { parentPort, workerData } from 'node:worker_threads'
import { drawPng } from './draw-png.ts'

// Worker thread of `renderPng`: renders one picture and exits.
parentPort?.postMessage(await drawPng(String(workerData)))
