import { isName, isPassword, isPlaceholder, isSecretValue, isUuid, shapeOf } from './randomness.ts'

/*
 * A telling word with a value: `password = …`, `the token for staging is …`, `--api-key …`. The words alone are innocent, so the
 * value decides. Every quantifier is bounded.
 */

const PASSWORD =
  'pass(?:word|wd|phrase|code|wort)|pwd|kennwort|contrase(?:ñ|n)a|mot de passe|wachtwoord|senha|l(?:ö|o)senord|has(?:ł|l)o|пароль|密码|パスワード|(?<![A-Za-z])(?:pass|pw)(?![A-Za-z])'
const SECRET =
  'secret|token|credentials?|api[ _-]?keys?|(?:access|account|auth|client|consumer|customer|data|deploy|encryption|hmac|host|integration|license|licence|machine|master|primary|private|project|root|routing|secondary|security|service|session|shared|signing|ssh|storage|subscription|unseal|user|webhook|write|admin|app|application)[ _-]?keys?|(?<![A-Za-z])(?:sig|_?auth|authkey|bearer|jwt|otp|totp|psk|cookie|session[ _-]?id|sessid|seed|salt|hmac|dsn|webhook|passkey|key)(?![A-Za-z])'
const UUID_WORDS =
  'secret[ _-]?id|client[ _-]?secret|api[ _-]?key|auth[ _-]?token|access[ _-]?token|bearer|heroku[A-Za-z_ -]{0,20}|(?:license|integration|account|insert|ingest|access|hec|instrumentation)[ _-]?(?:key|token)|snyk[A-Za-z_ -]{0,12}|codecov[A-Za-z_ -]{0,12}|_token'

/** How a name is followed by its value. */
const SIGN = String.raw`["'\x60*\])]{0,3}\s{0,3}(?:=>|:=|->|==?|[:：=→]|(?<=\s)[-–—](?=\s))\s{0,3}`
const VERB = String.raw`["'\x60*]{0,2}\s{1,3}(?:is|was|are|has been|ist|est|es|to|equals|lautet|(?:changed|reset|set|updated|rotated)\s{1,3}to)(?:\s{1,3}(?:now|(?:set|changed|reset|updated|rotated)\s{1,3}to|still|simply|just))?\s{0,2}:?\s{1,3}`
const QUOTE = String.raw`["'\x60“‘«<({*]{0,3}`
const VALUE = String.raw`([^\s"'\x60“”‘’«»<>,;|\\]{4,200})`
/** What may be between the word and the sign: `_value`, ` for staging`. */
const REST = String.raw`[A-Za-z0-9_.-]{0,24}(?:['’]s)?(?:\s{1,2}(?:value|string))?`
const FOR = String.raw`(?:\s{1,2}(?:for|of|in|on|to|von|de)\s{1,2}[^\s=:]{1,40}(?:\s{1,2}[^\s=:]{1,20}){0,2})?`

const named = (words: string, how: string): RegExp =>
  new RegExp(`(?:${words})${REST}${FOR}${how}${QUOTE}${VALUE}`, 'giu')

interface Rule {
  kind: string
  pattern: RegExp
  judge(value: string): boolean
}

const HEX = /^[0-9a-f]{16,}$/i
const hasDigit = (value: string): boolean => /\d/.test(value)
const WORD_AND_NUMBER = /^[A-Za-z]{4,20}[-_]?\d{1,6}$/
const isBareFollower = (value: string): boolean =>
  (!isName(value) || WORD_AND_NUMBER.test(value)) &&
  hasDigit(value) &&
  /[A-Za-z]/.test(value) &&
  isPassword(value, false) &&
  value.length >= 6

const RULES: readonly Rule[] = [
  { kind: 'a password', pattern: named(PASSWORD, SIGN), judge: (value) => isPassword(value, true) },
  {
    kind: 'a password',
    pattern: named(PASSWORD, VERB),
    judge: (value) => isPassword(value, false) && (hasDigit(value) || /[!@#$%^&*]/.test(value)),
  },
  {
    kind: 'a password',
    pattern: new RegExp(`(?:${PASSWORD})["'\`]?\\s{1,3}${QUOTE}${VALUE}`, 'giu'),
    judge: isBareFollower,
  },
  {
    kind: 'a password',
    pattern: /<(?:[A-Za-z:_-]{0,20}(?:password|passwd|pwd|secret|token|apikey))>\s{0,3}([^<\s]{4,400})</giu,
    judge: (value) => isPassword(value, true),
  },
  { kind: 'a key or token', pattern: named(SECRET, SIGN), judge: isSecretValue },
  { kind: 'a key or token', pattern: named(SECRET, VERB), judge: isSecretValue },
  {
    kind: 'a key or token',
    pattern: new RegExp(`(?:${SECRET})["'\`]?\\s{1,3}${QUOTE}${VALUE}`, 'giu'),
    judge: (value) =>
      isSecretValue(value) &&
      hasDigit(value) &&
      value.length >= 12 &&
      (HEX.test(value) || shapeOf(value).changes >= 0.25),
  },
  {
    kind: 'a key or token',
    pattern: new RegExp(
      `(?:${UUID_WORDS})["'\`]{0,2}\\s{0,3}(?:=>|:=|[:=])?\\s{0,3}${QUOTE}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`,
      'giu',
    ),
    judge: isUuid,
  },
  // In the query or the fragment of an address; not its path, where ids of documents are.
  {
    kind: 'a key in an address',
    pattern:
      /[?&#;](?:[A-Za-z_.-]{0,20}(?:key|token|secret|password|passwd|pwd|credential|signature)|code|auth|sig|jwt|pass|otp|ticket|hmac|session|sid|s|k|se)=([^\s&#"'<>]{6,600})/giu,
    judge: (value) => isAddressValue(value),
  },
]

/** Percent signs are decoded before; a word is an innocent value. */
const isAddressValue = (value: string): boolean =>
  !isName(value) &&
  !isPlaceholder(value) &&
  !isUuid(value) &&
  (isSecretValue(value) || (value.length >= 12 && hasDigit(value) && /[A-Za-z]/.test(value)))

const notName = (value: string): boolean =>
  !isPlaceholder(value) && !/^[-$<{(%]/.test(value) && value.length >= 3

/** What command lines take; the program before it makes a short option tell. */
const COMMANDS: readonly Rule[] = [
  {
    kind: 'a password on a command line',
    pattern:
      /\s--?(?:[a-z-]{0,20}(?:password|passwd|passphrase|pass|pwd|secret|token|api-?key|access-?key|auth-?key|client-?secret|secret-(?:string|binary)|private-?key|key-data))(?:\s{1,3}|=)["']?([^\s"']{3,400})/giu,
    judge: (value) => (notName(value) && !isName(value)) || (isPassword(value, true) && !/[/:]/.test(value)),
  },
  {
    kind: 'a password on a command line',
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mongo|mongosh|mongodump|7z|zip|unzip|rar|sshpass|plink|pscp|xfreerdp|smbclient|bcp|sqlplus|cqlsh|rabbitmqadmin)\b[^\n|]{0,120}?\s-[pP]\s{0,2}["']?([^\s"'-][^\s"']{2,100})/giu,
    judge: notName,
  },
  {
    kind: 'a password on a command line',
    pattern:
      /\b(?:docker|podman|helm|az|oc|skopeo|crane|buildah|nerdctl|cf|ibmcloud|heroku|gh|argocd)\b[^\n|]{0,40}\blogin\b[^\n|]{0,120}?\s-p\s{0,2}["']?([^\s"'-][^\s"']{2,400})/giu,
    judge: notName,
  },
  {
    kind: 'a password on a command line',
    pattern:
      /\b(?:redis-cli|keydb-cli|valkey-cli)\b[^\n|]{0,120}?\s-a\s{0,2}["']?([^\s"'-][^\s"']{2,200})/giu,
    judge: notName,
  },
  {
    kind: 'a password on a command line',
    pattern:
      /\b(?:ldapsearch|ldapmodify|ldapadd|ldapwhoami|sqlcmd|kinit)\b[^\n|]{0,160}?\s-[wP]\s{0,2}["']?([^\s"'-][^\s"']{2,200})/gu,
    judge: notName,
  },
  {
    kind: 'a password on a command line',
    pattern:
      /\b(?:curl|wget|http|https|xh|hub|ab|nexus|mvn|ftp|lftp)\b[^\n]{0,200}?\s(?:-u|--user|-U|-a|--auth|--proxy-user)[\s=]{0,3}["']?[^\s:"']{1,80}:([^\s"']{3,200})/giu,
    judge: notName,
  },
  {
    kind: 'a password on a command line',
    pattern: /-pass(?:in|out|word)?\s{1,3}(?:pass:)?([^\s-][^\s]{3,200})/gu,
    judge: (value) => notName(value) && !isName(value),
  },
  {
    kind: 'a password on a command line',
    pattern: /pass:([^\s]{4,200})/gu,
    judge: (value) => isPassword(value, true),
  },
  {
    kind: 'a secret’s value on a command line',
    pattern: /--from-literal[\s=]{1,3}["']?[A-Za-z0-9_.-]{1,80}=["']?([^\s"']{3,600})/gu,
    judge: (value) =>
      notName(value) &&
      !/^\d{1,5}$/.test(value) &&
      !/^(?:info|debug|production|staging|sandbox|eu-[a-z0-9-]+|us-[a-z0-9-]+)$/.test(value),
  },
  {
    kind: 'a secret’s value on a command line',
    pattern:
      /\bvault\s{1,3}(?:login|token\s{1,2}lookup|unwrap|operator\s{1,2}unseal)\s{1,3}(?:-[a-z-]{1,20}(?:=\S{1,40})?\s{1,3}){0,3}["']?([A-Za-z0-9][A-Za-z0-9+/=._-]{7,200})/gu,
    judge: (value) => !isName(value) || /^s\./.test(value),
  },
  {
    kind: 'a secret’s value on a command line',
    pattern:
      /\b(?:echo|printf)\s{1,3}(?:-n\s{1,3})?["']?([^\s"'|]{4,400})["']?\s{0,3}\|\s{0,3}(?:sudo\s{1,3}-S|docker\s{1,3}login|passwd|chpasswd|gh\s{1,3}(?:auth|secret)|kubectl|vault|openssl|podman\s{1,3}login|helm\s{1,3}registry)/giu,
    judge: notName,
  },
  {
    kind: 'a password',
    pattern: /\bsudo\s{1,3}-S\b[^\n]{0,60}?<<<\s{0,3}["']?([^\s"']{4,200})/gu,
    judge: notName,
  },
  {
    kind: 'a password',
    pattern:
      /\b(?:identified\s{1,3}by|requirepass|masterauth|alter\s{1,3}(?:user|role)\s{1,3}\S{1,60}\s{1,3}(?:with\s{1,3})?password)\s{1,3}["']?([^\s"';]{3,200})/giu,
    judge: notName,
  },
  {
    kind: 'a password',
    pattern: /\bmachine\s{1,3}\S{1,100}\s{1,3}login\s{1,3}\S{1,100}\s{1,3}password\s{1,3}(\S{3,200})/giu,
    judge: notName,
  },
  {
    kind: 'a password',
    pattern:
      /\b(?:net\s{1,3}user|htpasswd\s{1,3}-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}\s{1,3}\S{1,60})\s{1,3}\S{1,60}\s{1,3}(\S{4,100})/gu,
    judge: (value) => notName(value) && !/^[/-]/.test(value),
  },
  {
    kind: 'a password',
    pattern:
      /\b(?:admin|root|user|log\s?in|sign\s?in|login|username|username\/password|creds?|credentials?|zugangsdaten)(?:\s{0,2}[:=]|\s{1,2}(?:is|are|with|as))?\s{1,2}["'`]?(?:[A-Za-z0-9._@-]{2,40}\s{0,1}[:/]\s{0,1})([^\s"'`/:]{6,60})/giu,
    judge: (value) => isBareFollower(value) && /[^A-Za-z0-9]|[A-Z]/.test(value),
  },
]

const PIN =
  /(?<![A-Za-z])(?:PIN|pin code|unlock code|door code|access code|security code|entsperrcode)\s{0,2}(?:[:=]|is|was)\s{0,3}\d{4,10}(?!\d)/iu
const RECOVERY_PHRASE =
  /(?:seed|mnemonic|recovery|backup)(?:\s{1,2}(?:phrase|words|code|key)){0,2}\s{0,2}[:=]\s{0,3}["'`]?(?:[a-z]{3,8}\s{1,2}){11}[a-z]{3,8}/iu
const RECOVERY_CODES =
  /(?:recovery|backup|one-time|2fa|mfa|otp|totp|verification|authenticator)[ -](?:codes?|seed|secret|key)\s{0,2}(?:[:=]|is|are)\s{0,3}["'`]?(?=[A-Za-z0-9 -]{0,12}\d)[A-Za-z0-9]{4,8}[- ]?[A-Za-z0-9]{4,8}/iu

/** The kind of the first named value; null where none is. */
export function findNamedValue(text: string): string | null {
  if (PIN.test(text)) return 'a PIN'
  if (RECOVERY_PHRASE.test(text) || RECOVERY_CODES.test(text)) return 'a recovery code'
  for (const { kind, pattern, judge } of [...COMMANDS, ...RULES])
    for (const match of matchesOf(pattern, text)) {
      const value = trimmed(match[1] ?? '')
      if (value.length >= 3 && judge(value)) return kind
    }
  return null
}

/** Also where one begins inside another: `token = secret = …`. */
function* matchesOf(pattern: RegExp, text: string): Generator<RegExpExecArray> {
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    yield match
    pattern.lastIndex = Math.max(match.index + 1, pattern.lastIndex - (match[1]?.length ?? 0))
  }
}

const trimmed = (value: string): string => value.replace(/[.,:;!?)\]}*_~'"`”’]{1,4}$/u, '')
