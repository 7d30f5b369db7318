type Variables = Record<string, string | undefined>

const SECRET_NAMES =
  /TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|ROUTING_KEY|ACCESS_KEY|PRIVATE_KEY|SIGNING_KEY|API_KEY|ROLE_ID/
/** Names of files, and the key's public half. */
const NOT_SECRET = /_FILE$|_PATH$|_URI$|^AWS_ACCESS_KEY_ID$/

const isSecretName = (name: string): boolean => SECRET_NAMES.test(name) && !NOT_SECRET.test(name)

/** May have several lines. */
const PEM_NAMES = /PRIVATE_KEY|SIGNING_KEY/

/** The values that must never be seen: secret variables whole, and of addresses the password and secret parameters. */
export const secretValues = (variables: Variables): string[] =>
  Object.entries(variables).flatMap(([name, value = '']) => {
    if (value.trim() === '') return []
    return isSecretName(name) ? [value] : secretsInAddress(value)
  })

/** User and password up to the last `@` before the path; also where the address is malformed. */
const USERINFO = /^\s*["']?[a-z][\w+.-]*:\/\/([^/?#]*)@/i
const SECRET_PARAMETER = /[?&][^=&]*(?:pass|token|secret|key)[^=&]*=([^&#\s]+)/gi

function secretsInAddress(value: string): string[] {
  const userinfo = USERINFO.exec(value)?.[1] ?? /^\s*["']?[a-z][\w+.-]*:\/\/(.*)@/is.exec(value)?.[1]
  const colon = userinfo?.indexOf(':') ?? -1
  // Without a password the user is a token, as in https://<token>@host.
  const passwords = userinfo === undefined ? [] : [userinfo.slice(colon + 1)]
  const parameters = [...value.matchAll(SECRET_PARAMETER)].map(([, secret = '']) => secret)
  return [...passwords, ...parameters].filter((secret) => secret !== '').flatMap((s) => [s, decoded(s)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The variables that the bot and its clients read; others are not the bot's to refuse. */
const READ =
  /^(?:SLACK|GITHUB|AWS|VAULT|PAGERDUTY|JIRA|PROMETHEUS|ROTATION|DATABASE)_|^(?:HTTPS?|ALL)_PROXY$/i
/** No secrets, but sent in a header. */
const IN_HEADERS = ['VAULT_NAMESPACE', 'PROMETHEUS_ORG_ID']

/** What is wrong with each value that no HTTP header can carry. Names the variable, never its value. */
export const malformedSecrets = (variables: Variables): string[] =>
  Object.entries(variables).flatMap(([name, value = '']) => {
    if (value === '' || !READ.test(name)) return []
    const fault =
      isSecretName(name) || IN_HEADERS.includes(name)
        ? PEM_NAMES.test(name)
          ? pemFault(value)
          : tokenFault(value)
        : secretsInAddress(value).length > 0
          ? addressFault(value)
          : null
    return fault ? [`${name} ${fault}`] : []
  })

const AGAIN = 'set it again, to the value alone'

function tokenFault(value: string): string | null {
  if (/[\r\n\u2028\u2029]/.test(value)) return `has more than one line: ${AGAIN}`
  if (/^\s|\s$/.test(value)) return `begins or ends with a blank: ${AGAIN}`
  if (/^(["'`]).*\1$/s.test(value)) return `is in quotes: ${AGAIN}`
  return /^[\x21-\x7E]*$/.test(value)
    ? null
    : `has a character that no credential has (a blank, a control character, or a non-ASCII one): ${AGAIN}`
}

function pemFault(value: string): string | null {
  if (/^(["'`]).*\1$/s.test(value.trim())) return `is in quotes: ${AGAIN}`
  return /^[\x20-\x7E\r\n]*$/.test(value)
    ? null
    : `has a character that no PEM key has (a control character, or a non-ASCII one): ${AGAIN}`
}

const addressFault = (value: string): string | null => {
  if (/^(["'`]).*\1$/s.test(value.trim())) return `is in quotes: ${AGAIN}`
  return /^[^\s\p{Cc}]*$/u.test(value)
    ? null
    : 'has a blank or a control character: write those in a password as %20, %0A and so on'
}
