const NEWLINE = 0x0a

/**
 * Decodes UTF-8 and keeps a byte order mark. A NUL character means UTF-16 or no text at all.
 *
 * @param fault makes the error from the first line that is not UTF-8
 */
export function decodeText(bytes: Uint8Array, fault: (line: number) => Error): string {
  const decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw fault(bytes.subarray(0, nul).filter((byte) => byte === NEWLINE).length + 1)
  try {
    return decoder().decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw fault(firstFaultyLine(bytes, (line) => decoder().decode(line)))
  }
}

/** From 1. A newline is never part of a longer UTF-8 sequence. */
function firstFaultyLine(bytes: Uint8Array, decode: (line: Uint8Array) => string): number {
  let number = 1
  for (let start = 0; start < bytes.length; number += 1) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline + 1
    try {
      decode(bytes.subarray(start, end))
    } catch {
      return number
    }
    start = end
  }
  return number
}
