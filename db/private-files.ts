import { chmodSync, existsSync, mkdirSync } from 'node:fs'

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700

/** Makes a folder that only the bot's account can open. One that is there already stays as it is: others may use it. */
export function makePrivateFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
}

/** Lets only the bot's account read and write a file; SQLite gives its companions the same mode. */
export function makePrivate(file: string): void {
  for (const each of [file, `${file}-wal`, `${file}-shm`])
    if (existsSync(each)) chmodSync(each, OWNER_ONLY_FILE)
}
