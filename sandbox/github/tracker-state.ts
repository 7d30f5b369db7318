import { PEOPLE } from '../demo-users.ts'
import type { World } from '../world.ts'
import { pullsOf } from './pulls.ts'
import { issuesOf } from './tracker.ts'

/** Pull requests and tickets for the page, newest first, and the logins of the people. */
export function trackerState(world: World): object {
  const tracker = issuesOf(world)
  const hidden = world.faults.on('ticket-comment-deleted')
  return {
    people: PEOPLE.map(({ name }) => name),
    pulls: pullsOf(world)
      .all()
      .toReversed()
      .map(({ number, title, body, head, base, state, mergedAt }) => ({
        number,
        title,
        body,
        head,
        base,
        state,
        merged: mergedAt !== null,
      })),
    tickets: tracker
      .issues()
      .toReversed()
      .map(({ number, title, body, state }) => ({
        number,
        title,
        body,
        state,
        comments: (hidden ? [] : tracker.comments(number)).map(({ id, body: text, author, createdAt }) => ({
          id,
          body: text,
          author: author.name,
          createdAt,
        })),
      })),
  }
}
