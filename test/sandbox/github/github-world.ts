import type { Octokit } from '@octokit/rest'
import { afterEach, beforeEach } from 'vitest'
import { botToken, startWorld, type TestWorld } from '../aws/test-world.ts'

export { repo } from '../aws/test-world.ts'

/** The world of the test that runs; a fresh one for each. */
export let sandbox: TestWorld
/** GitHub's client with the bot's token. */
export let octokit: Octokit

/** Starts a fresh world before each test of the file that calls it. */
export function useGithubWorld(): void {
  beforeEach(async () => {
    sandbox = await startWorld()
    octokit = sandbox.octokitAs(botToken)
  })
  afterEach(() => sandbox.close())
}
