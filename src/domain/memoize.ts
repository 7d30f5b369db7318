/** The same reading, made at most once: everyone who asks gets the one promise. */
export function memoize<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => (reading ??= read())
}
