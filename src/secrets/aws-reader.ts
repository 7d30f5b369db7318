import {
  type Freshness,
  NotReadable,
  type Secret,
  type SecretReading,
  type SecretsManager,
} from '#domain/tokens/secret'
import { isArn, isSamePlace, parseArn, placeOf, type SecretArn } from '#domain/tokens/secret-name'
import type { AwsCalls, Described, Versions } from './aws-calls.ts'
import { awsName } from './aws-name.ts'
import { describeFailure, isOutage, isThrottling } from './aws-problem.ts'
import { readEach } from './read-each.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

// Enough to hide the latency.
export const CONCURRENCY = 8

/** Rotations that are followed in the same tick share one list. */
const SHARED_MS = SECOND

/** A secret that the list lacks is described at most this often while only the list is asked for. */
const UNLISTED_MS = MINUTE

/** The secrets that are remembered; the one that was kept longest ago is forgotten first. */
const REMEMBERED = 10_000

/** The last reading of a secret. */
interface Known extends Versions {
  secret: Secret
  changedAt: number
  fingerprint: string
  /** The fingerprint in the list that was taken into account. */
  listed: string | null
  /** When the calls began that read its versions, or confirmed that their labels are the same. */
  readAt: number
  /** When `DescribeSecret` was called; null when the list has shown a change since. */
  describedAt: number | null
}

/**
 * Reads secrets with few calls: what was read is remembered, and read again when the list shows a change, or when it is older
 * than the caller allows. `CreatedDate` of a version never changes, so its versions are read again only when their labels differ.
 *
 * The list may be minutes behind. It can delay what is seen, but never brings an older state back: versions come from
 * `ListSecretVersionIds`, and an entry with an earlier `LastChangedDate` than what was read already is ignored. What is
 * remembered is lost when the bot stops, which costs calls only.
 *
 * @param now milliseconds of a clock that nobody sets
 */
export function awsReader(
  calls: AwsCalls,
  now: () => number = () => performance.now(),
): Pick<SecretsManager, 'readAll' | 'read' | 'describe' | 'namesOf'> {
  const known = new Map<string, Known>()
  let shared: { at: number; list: ReturnType<AwsCalls['list']> } | null = null
  let pages = 1
  let home: SecretArn | null = null

  function keep(name: string, next: Known): Secret {
    const newest = known.get(name)
    // A slower call may end after one that saw more.
    if (newest && newest.changedAt > next.changedAt) return next.secret
    known.delete(name)
    known.set(name, next)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    return next.secret
  }

  async function list(): Promise<Map<string, Described>> {
    const listed = await calls.list()
    pages = listed.pages
    for (const { arn } of listed.secrets.values()) home ??= parseArn(arn)
    return listed.secrets
  }

  /** The list as it was a second ago at most; null when it cannot be read, or costs more than describing each. */
  async function hints(names: number): Promise<Map<string, Described> | null> {
    if (pages > names) return null
    if (!shared || now() - shared.at >= SHARED_MS) shared = { at: now(), list: calls.list() }
    try {
      const listed = await shared.list
      pages = listed.pages
      return listed.secrets
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error
      shared = null
      return null
    }
  }

  async function readListed(entry: Described, since: number): Promise<Secret> {
    const before = known.get(entry.name)
    const usable = before && before.readAt >= since ? before : null
    const news = !before || isNews(before, entry)
    if (usable && !news) return usable.secret
    const at = now()
    const isSame = usable?.labels === entry.labels
    const { versions, labels } = usable && isSame ? usable : await calls.readVersions(entry.name)
    const { metadata, changedAt, fingerprint } = before && !news ? fromKnown(before) : entry
    return keep(entry.name, {
      secret: { ...metadata, versions },
      versions,
      labels,
      changedAt,
      fingerprint,
      listed: entry.fingerprint,
      readAt: usable && isSame ? usable.readAt : at,
      // New labels came with new tags, which only a description or a later list shows.
      describedAt: before && !news && before.labels === labels ? before.describedAt : null,
    })
  }

  async function describe(name: string): Promise<Secret> {
    const place = parseArn(name)
    if (place && home && !isSamePlace(place, home))
      throw new NotReadable(`${name}: it is in ${placeOf(place)}, not in this account (${placeOf(home)})`)
    const at = now()
    const { metadata, changedAt, fingerprint, labels: described } = await calls.describe(name)
    const before = known.get(name)
    const { versions, labels } = before?.labels === described ? before : await calls.readVersions(name)
    return keep(name, {
      secret: { ...metadata, versions },
      versions,
      labels,
      changedAt,
      fingerprint,
      listed: before?.listed ?? null,
      readAt: at,
      describedAt: at,
    })
  }

  async function read(names: string[], freshness: Freshness): Promise<SecretReading[]> {
    const since = freshness === 'listed' ? now() - UNLISTED_MS : freshness.describedSince
    const isRecent = (name: string) => (known.get(name)?.describedAt ?? Number.NEGATIVE_INFINITY) >= since
    const hinted = freshness === 'listed' || names.some(isRecent) ? await hints(names.length) : null
    const one = ({ name }: { name: string }): Promise<Secret> => {
      const entry = hinted?.get(name)
      if (freshness === 'listed' && entry) return readListed(entry, Number.NEGATIVE_INFINITY)
      const before = known.get(name)
      const unlisted = freshness === 'listed' && !entry
      const isUnchanged = unlisted || (before && entry && !isNews(before, entry))
      return before && isRecent(name) && isUnchanged ? Promise.resolve(before.secret) : describe(name)
    }
    return readEach(
      names.map((name) => ({ name })),
      CONCURRENCY,
      one,
      judge,
    )
  }

  return {
    async readAll(since = now()) {
      const listed = await list()
      return readEach([...listed.values()], CONCURRENCY, (entry) => readListed(entry, since), judge)
    },
    read,
    describe,
    async namesOf(references) {
      if (!references.some(isArn)) return references
      const listed = [...(await list()).values()]
      return references.map((reference) => awsName(reference, listed, home))
    },
  }
}

/** Whether the list shows something that was not read yet. */
const isNews = (before: Known, entry: Described): boolean =>
  entry.fingerprint !== before.fingerprint &&
  entry.fingerprint !== before.listed &&
  entry.changedAt >= before.changedAt

function fromKnown({ secret, changedAt, fingerprint }: Known): Omit<Described, 'name' | 'arn' | 'labels'> {
  const { versions: _, ...metadata } = secret
  return { metadata, changedAt, fingerprint }
}

const judge = ({ cause }: NotReadable) => ({
  outage: isOutage(cause) ? describeFailure(cause) : null,
  throttled: isThrottling(cause),
})
