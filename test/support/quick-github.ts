import Bottleneck from 'bottleneck'
import type { GithubPace } from '#integrations/github/github'

const oneAtATime = () => new Bottleneck.Group({ maxConcurrent: 1 })

/** The client's order of requests without the pauses that GitHub asks for between them, and with short retries. */
export const QUICK_GITHUB: GithubPace = {
  retry: { retryAfterBaseValue: 50 },
  throttle: { search: oneAtATime(), write: oneAtATime(), notifications: oneAtATime() },
}
