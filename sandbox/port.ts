import { createServer } from 'node:net'

const DEFAULT_PORT = 3210

/** The sandbox cannot start; `message` tells the user why. */
export class SandboxProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SandboxProblem'
  }
}

/** The port in `SANDBOX_PORT`, or the default. @throws SandboxProblem when it is not a port */
export function readSandboxPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new SandboxProblem(
    `SANDBOX_PORT is "${text}". Set it to a port from 1 to 65535, or to 0 for any free one.`,
  )
}

const REFUSED: Readonly<Record<string, (port: number) => string>> = {
  EADDRINUSE: (port) => `Port ${port} is in use. Stop what uses it, or set SANDBOX_PORT to another port.`,
  EACCES: (port) => `This account is not allowed to use port ${port}. Set SANDBOX_PORT to a port above 1023.`,
}

/**
 * Checks that the port is free. Do this first, so that a second sandbox does not touch the state of the first.
 *
 * @throws SandboxProblem
 */
export function probePort(port: number, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const words = REFUSED[error.code ?? '']
      reject(words ? new SandboxProblem(words(port), { cause: error }) : error)
    })
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
