import { isRandom, shapeOf } from './randomness.ts'

/** What long hexadecimal numbers are, if they are no keys. */
const HEX_WORDS =
  /(?:commit|sha-?\d{0,3}|digest|hash|checksum|md5|revision|rev|head|tree|blob|image|trace|span|request|correlation|fingerprint|etag|build|version|ref|merge|parent|diff|snapshot|signed|chain|proof|row|layer|manifest|artifact|integrity|uuid|guid|id|event|block|run|branch|tag|tip|base|from|to|at|cherry-pick|reverts?|\.{2,3}|@|\/)["'`*)\]]{0,3}(?:\s{0,2}[:=#]|\s{1,2}(?:of|is|was|the))?[\s"'`*([<]{0,4}$/i
const KEY_WORDS =
  /(?:key|token|secret|password|passwd|pwd|auth|credential|sig|twilio|datadog|mailgun|algolia|pagerduty|routing)["'`*]{0,2}(?:\s{0,2}[:=]|\s{1,2}(?:is|was))?[\s"'`*(]{0,4}$/i

const HEX = /(?<![0-9A-Za-z_-])[0-9a-fA-F]{32,128}(?![0-9A-Za-z_-])/g
const BEFORE = 40

/** Hexadecimal keys have 32, 40 or 64 characters, as digests have: the words before one tell. */
function findHexKey(text: string): boolean {
  for (const { 0: found, index } of text.matchAll(HEX)) {
    const { digits, upper, lower, distinct } = shapeOf(found)
    if (digits < 3 || upper + lower < 3 || distinct < 8) continue
    const before = text.slice(Math.max(0, index - BEFORE), index)
    if (KEY_WORDS.test(before) || !HEX_WORDS.test(before)) return true
  }
  return false
}

const PIECE = /[A-Za-z0-9+/=_.~-]{16,4000}/g
/** Addresses have ids of documents in their paths. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]{1,2000}/gi
/** Names of resources, and public keys. */
const PUBLIC =
  /\barn:[a-z-]{2,20}:[^\s"'<>]{1,600}|\b(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-[a-z0-9-]{1,30}|sk-[a-z0-9@.-]{1,60})\s{1,3}AAAA[A-Za-z0-9+/=]{1,4000}|(?<![A-Za-z0-9])(?:run|ws|plan|apply|cv|pol)-[A-Za-z0-9]{16}(?![A-Za-z0-9])/g
const DIGEST =
  /(?:sha\d{1,3}[-:]|SHA256:|@sha256:|integrity[=:]\s?["']?|etag[=:]\s?["']?|fingerprint[\s:=]{1,3}|request[ -]?id[\s:=]{1,3}|cursor[=:]\s?)$/i
const AWS_SECRET = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g

/** A value without a telling word that no person writes and no digest has. */
export function findBareValue(text: string): string | null {
  const rest = text.replace(ADDRESS, ' ').replace(PUBLIC, ' ')
  if (findHexKey(rest)) return 'a key in hexadecimal'
  for (const { 0: found, index } of rest.matchAll(AWS_SECRET)) {
    const { digits, upper, lower, changes } = shapeOf(found)
    if (DIGEST.test(rest.slice(Math.max(0, index - BEFORE), index))) continue
    if (digits > 1 && upper > 5 && lower > 5 && changes > 0.4)
      return 'a value that looks random, such as an AWS secret'
  }
  for (const { 0: found, index } of rest.matchAll(PIECE)) {
    if (DIGEST.test(rest.slice(Math.max(0, index - BEFORE), index)) || /^(?:arn|sha\d{3}-)/.test(found))
      continue
    if (/^[0-9a-fA-F-]+$/.test(found)) continue
    if (isRandom(found.replace(/[.=]+$/, ''))) return 'a value that looks random, such as a key'
  }
  return null
}
