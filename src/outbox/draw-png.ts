import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

/** Pixels per SVG unit; sharp on a phone. */
const SCALE = 3
const FAMILY = 'DejaVu Sans Condensed'
const FILES = ['DejaVuSansCondensed', 'DejaVuSansCondensed-Bold']

const read = async (specifier: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(fileURLToPath(import.meta.resolve(specifier))))

/** The renderer can be loaded only once. */
let fonts: Promise<Uint8Array[]> | undefined

async function load(): Promise<Uint8Array[]> {
  await initWasm(await read('@resvg/resvg-wasm/index_bg.wasm'))
  return Promise.all(FILES.map((file) => read(`dejavu-fonts-ttf/ttf/${file}.ttf`)))
}

/** Renders an SVG as PNG with bundled fonts, so that it does not depend on the machine's. */
export async function drawPng(svg: string): Promise<Uint8Array> {
  fonts ??= load()
  const font = { fontBuffers: await fonts, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY }
  const drawing = new Resvg(svg, { fitTo: { mode: 'zoom', value: SCALE }, font })
  const image = drawing.render()
  try {
    return image.asPng()
  } finally {
    image.free()
    drawing.free()
  }
}
