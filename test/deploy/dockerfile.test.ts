import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { copiedIntoImage } from '#test/support/production-install'

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')

describe('the Dockerfile', () => {
  it('has no mistake that can be seen without building it', () => {
    expect(validate(read('Dockerfile'))).toEqual([])
    expect(validate('FROM node\nCOPPY . .\n')).toHaveLength(1)
  })

  it('runs Node as a user without rights, and without a shell that would keep signals from it', () => {
    const stage =
      read('Dockerfile')
        .split(/^FROM /m)
        .at(-1) ?? ''
    expect(stage).toMatch(/^USER node$/m)
    expect(stage).toMatch(/^CMD \["node", .*"src\/main\.ts"\]$/m)
    expect(stage.indexOf('USER node')).toBeLessThan(stage.indexOf('CMD'))
  })

  it('copies only what is not kept out of the build', () => {
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    expect(copiedIntoImage().filter((name) => !kept.includes(name))).toEqual([])
    expect(copiedIntoImage()).toContain('src')
  })
})
