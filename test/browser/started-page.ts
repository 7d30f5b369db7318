import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser, SandboxPage } from './page.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface StartedPage {
  sandbox: SandboxPage
  /** What the page complained of: errors of its scripts, and on its console. */
  problems: string[]
  close(): Promise<void>
}

/** The page of a bot that was started as `npm start` starts it, in a folder of its own. */
export async function startPage(): Promise<StartedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-page-'))
  const bot = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: { PATH: process.env.PATH, SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve) => {
    bot.stdout.on('data', (text) => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(text)) ?? []
      if (address) resolve(address)
    })
  })
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto(url)
  return {
    sandbox: new SandboxPage(page),
    problems,
    async close() {
      await browser.close()
      bot.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
