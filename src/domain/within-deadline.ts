/**
 * The result of the work, or `late()` when it takes longer than the deadline. The work itself continues.
 *
 * @param ms milliseconds
 */
export async function withinDeadline<T>(work: Promise<T>, ms: number, late: () => T): Promise<T> {
  const timer = Promise.withResolvers<T>()
  const timeout = setTimeout(() => timer.resolve(late()), ms)
  try {
    return await Promise.race([work, timer.promise])
  } finally {
    clearTimeout(timeout)
  }
}
