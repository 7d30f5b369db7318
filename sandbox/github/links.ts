import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'

/** API addresses. */
export interface Links {
  api(path: string): string
  /** Addresses for people: the sandbox's page, with the place after `#`. */
  file(path: string): string
  commit(sha: string): string
  issue(number: number): string
  comment(issue: number, id: number): string
  pull(number: number): string
  run(id: number): string
  /** GitHub's own form of it, because clients read the run's id from it. The page redirects it. */
  job(run: number, id: number): string
}

export function linksOf(world: World): Links {
  const page = (hash: string) => `${world.url()}/#${hash}`
  const issue = (number: number) => page(`repository/issues/${number}`)
  return {
    api: (path) => `${world.url()}/github/repos/${REPOSITORY.owner}/${REPOSITORY.name}${path}`,
    file: (path) => page(`repository/${encodeURI(path)}`),
    commit: (sha) => page(`repository/commit/${sha}`),
    issue,
    comment: (number, id) => `${issue(number)}/comments/${id}`,
    pull: (number) => page(`repository/pull/${number}`),
    run: (id) => page(`ci/${id}`),
    job: (run, id) => `${world.url()}/${REPOSITORY.owner}/${REPOSITORY.name}/actions/runs/${run}/job/${id}`,
  }
}
