import { parentPort, workerData } from 'node:worker_threads'
import { drawPng } from './draw-png.ts'

// What `renderPng` starts: one picture, then nothing more.
parentPort?.postMessage(await drawPng(String(workerData)))
