import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the image of the bot has: the sources of the last stage's `COPY` lines, from this checkout. */
export function copiedIntoImage(): string[] {
  const stage =
    readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? ''
  return [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
}

/** What Node never loads, and half of all files. */
const NOT_LOADED = /\.d\.[cm]?ts$|\.map$|\.md$/

interface Lock {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>
}

/**
 * Makes a folder as the image has it, and a deployment after `npm ci --omit=dev`, from the lock file and the packages that are
 * installed here; nothing is fetched.
 */
export function installForProduction(folder: string): void {
  for (const name of copiedIntoImage()) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  const { packages }: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages))
    if (path !== '' && !dev && !devOptional && !optional) copyPackage(join(ROOT, path), join(folder, path))
}

/** Without the packages nested in it, which the lock file lists themselves. */
function copyPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && entry.name !== 'node_modules') copyPackage(source, target)
    else if (entry.isFile() && !NOT_LOADED.test(entry.name)) linkOrCopy(source, target)
  }
}

/** A link costs nothing, but cannot reach another file system. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}
