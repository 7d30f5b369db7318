import { RequestError } from '@octokit/request-error'
import { CallFailed, wasNeverSent } from '#domain/ports/call-failed'
import { errorText } from '#redaction/error-text'

/** HTTP status of an answer of GitHub; 0 without an answer. */
export const statusOf = (error: unknown): number =>
  error instanceof RequestError && error.response ? error.status : 0

const ADVICE: Record<number, string> = {
  401: 'GitHub does not accept the token; set a valid GITHUB_TOKEN',
  404: 'not found, or the token may not see it; it may have been renamed',
}

const MOVED = [301, 302, 307, 308]

/** What an answer says beyond its status. */
interface Answer {
  status: number
  message: string
  header(name: string): string | null
}

function answerOf(error: RequestError): Answer {
  const headers: Record<string, unknown> = error.response?.headers ?? {}
  const header = (name: string) => (headers[name] === undefined ? null : String(headers[name]))
  return { status: statusOf(error), message: errorText(error), header }
}

/** A reason that GitHub gives in words or headers; the first that applies is shown. */
interface Reason {
  applies(answer: Answer): boolean
  words(answer: Answer): string
}

const says = (pattern: RegExp) => (answer: Answer) => pattern.test(answer.message)

const REASONS: readonly Reason[] = [
  {
    applies: (answer) => /^required/.test(answer.header('x-github-sso') ?? '') || says(/\bSAML\b/)(answer),
    words({ header }) {
      const [, url] = /url=(https?:\/\/[^\s;,]+)/.exec(header('x-github-sso') ?? '') ?? []
      return `the organization requires single sign-on (SAML) for the token; authorize it ${url ? `at ${url}` : 'in the settings of the token, under “Configure SSO”'}`
    },
  },
  {
    applies: says(/IP allow list/i),
    words: () =>
      'the organization’s IP allow list does not contain the address of this machine; an owner of the organization must add it',
  },
  {
    applies: says(/archived/i),
    words: () =>
      'the repository is archived and read-only; unarchive it, or set another one in repository.name',
  },
  {
    applies: says(/rule violations|made through a pull request|protected branch|required status check/i),
    words: ({ message }) =>
      `a rule of the branch refuses it (${message}); let the bot’s account bypass the rule, or set log.branch to a branch without it`,
  },
  {
    applies: ({ status, header }) => status === 403 && (header('x-accepted-github-permissions') ?? '') !== '',
    words: ({ header, message }) =>
      `the token lacks a permission: GitHub asks for ${header('x-accepted-github-permissions')} (${message})`,
  },
  {
    applies: ({ status, header }) => status === 403 && lacksScope(header),
    words: ({ header, message }) =>
      `the token lacks a scope: GitHub asks for ${header('x-accepted-oauth-scopes')} (${message})`,
  },
  {
    applies: ({ status }) => MOVED.includes(status),
    words: ({ header }) =>
      `the repository was renamed or moved (GitHub points to ${header('location') ?? 'another address'}); set repository.name to its new name`,
  },
  {
    applies: ({ status, message }) => status === 422 && /cannot be searched/i.test(message),
    words: () =>
      'GitHub does not find the repository by this name, or the token may not see it; correct repository.name',
  },
  {
    applies: ({ status }) => status === 403,
    words: ({ message }) => `the token may not do this (${message}); see the permissions in the README`,
  },
]

function lacksScope(header: Answer['header']): boolean {
  const scopes = (name: string) => (header(name) ?? '').split(',').flatMap((each) => each.trim() || [])
  const accepted = scopes('x-accepted-oauth-scopes')
  const held = scopes('x-oauth-scopes')
  return (
    header('x-oauth-scopes') !== null && accepted.length > 0 && !accepted.some((each) => held.includes(each))
  )
}

/** Why a call to GitHub failed and what to do, as the rest of a sentence. */
export function describeProblem(error: unknown): string {
  if (error instanceof CallFailed) return error.message
  if (!(error instanceof RequestError)) return `GitHub answered: ${errorText(error)}`
  const answer = answerOf(error)
  if (answer.status === 0) return silence(error)
  const reason = REASONS.find((each) => each.applies(answer))?.words(answer)
  return `${reason ?? ADVICE[answer.status] ?? `GitHub answered: ${answer.message}`} (${answer.status})`
}

function silence(error: RequestError): string {
  const { cause } = error
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return 'GitHub did not answer in time; the bot will retry'
  return `GitHub cannot be reached (${errorText(error)}); check the network and GITHUB_API_URL`
}

/** Whether it is certain that GitHub did nothing: it refused, or the call never reached it. */
export function didNothing(error: unknown): boolean {
  const status = statusOf(error)
  return (status >= 300 && status < 500 && status !== 408) || wasNeverSent(error)
}
