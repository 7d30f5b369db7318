import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a deployment copies: everything but the sandbox, the tests and the benchmarks. */
const DEPLOYED = [
  'package.json',
  'manifest.yml',
  'rotation.config.yml',
  'src',
  'commands',
  'views',
  'db',
  'gate',
  'docs',
]

/** What Node never loads, and half of all files. */
const NOT_LOADED = /\.d\.[cm]?ts$|\.map$|\.md$/

interface Lock {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>
}

/**
 * Makes a folder as a deployment has it after `npm ci --omit=dev`, from the lock file and the packages that are
 * installed here; nothing is fetched.
 */
export function installForProduction(folder: string): void {
  for (const name of DEPLOYED) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
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
