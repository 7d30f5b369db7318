/** Counts the commits of a lane's bots. */
export interface CommitWatch {
  /** Lets a bot be killed at so many commits from now, of whichever bot. @returns whether that has happened */
  arm(commits: number): () => boolean
  disarm(): void
  /** A bot has committed. @returns whether it is killed at this commit */
  note(bot: number): boolean
}

/** @param kill ends the bot that commits */
export function countCommits(kill: (bot: number) => void): CommitWatch {
  let armed: { left: number }[] = []
  return {
    arm(left) {
      const each = { left }
      armed.push(each)
      return () => each.left <= 0
    },
    disarm: () => {
      armed = []
    },
    note(bot) {
      for (const each of armed) each.left -= 1
      const count = armed.length
      armed = armed.filter(({ left }) => left > 0)
      const isReached = armed.length < count
      if (isReached) kill(bot)
      return isReached
    },
  }
}
