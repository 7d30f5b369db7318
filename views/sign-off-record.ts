import {
  attemptOf,
  type CheckResult,
  type Evidence,
  type Rotation,
  rotationLabel,
  type StepCompletion,
} from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { type Cell, escapeHtml, htmlDetails, htmlLink, htmlPage, htmlTable } from './html.ts'
import type { Names } from './state.ts'
import { clip } from './text.ts'

/** The record of a sign-off, readable: what its digest covers, and what the checks said. */
export function signOffRecordPage(
  rotation: Rotation,
  checks: readonly CheckResult[],
  digest: string,
  names: Names,
): string {
  return htmlPage(
    `${rotationLabel(rotation.id)}: what is signed`,
    `<p>Digest of the record (SHA-256 of the JSON file beside this page): <code>${escapeHtml(digest)}</code></p>
${recordSections(rotation, checks, names)}`,
  )
}

/** The sections that say what was done and found. */
export const recordSections = (rotation: Rotation, checks: readonly CheckResult[], names: Names): string =>
  [
    section(
      'Rotation',
      ['trigger', 'severity', 'reason', 'owner', 'opened', 'state'],
      [
        [
          rotation.trigger,
          rotation.severity ?? '–',
          rotation.reason,
          who(names, rotation.ownerId),
          rotation.openedAt,
          rotation.status,
        ],
      ],
    ),
    section(
      'Tokens',
      ['token', 'secret', 'old version', 'new version', 'since'],
      rotation.tokens.map((token) => [
        tokenLabel(token),
        token.secret,
        token.previousVersionId ?? '–',
        token.newVersionId ?? '–',
        token.newVersionAt ?? '–',
      ]),
    ),
    section(
      'Checks',
      ['check', 'result', 'what it said', 'looked at', 'evidence'],
      checks.map((each) => [
        each.title,
        each.state,
        each.sentence,
        each.finishedAt,
        { html: each.evidence.map(checkEvidence).join('\n') },
      ]),
      ['11rem', '5.5rem', 'auto', '8rem', '18rem'],
    ),
    section(
      'Statements of the runbook',
      ['step', 'by', 'at', 'statements', 'notes', 'evidence'],
      rotation.steps.flatMap(({ id, completion }) =>
        completion
          ? [
              [
                id,
                who(names, completion.by),
                completion.at,
                statements(completion),
                completion.notes,
                completion.evidence.map(evidenceText).join('\n'),
              ],
            ]
          : [],
      ),
    ),
    section(
      'Exceptions',
      ['check', 'by', 'at', 'what was done', 'commands', 'proof'],
      rotation.exceptions.map((each) => [
        each.title,
        who(names, each.by),
        each.at,
        each.what,
        each.commands,
        each.proof.map(({ label, url }) => url ?? label).join('\n'),
      ]),
    ),
    section(
      'Runs and deployments',
      ['what', 'environment', 'attempt', 'requested by', 'at', 'state', 'finished', 'address'],
      rotation.runs.map((run) => [
        run.kind,
        run.environment ?? '–',
        String(attemptOf(rotation.runs, run)),
        who(names, run.requestedBy),
        run.requestedAt,
        run.conclusion ?? run.state,
        run.finishedAt ?? '–',
        run.url ?? '–',
      ]),
    ),
    section(
      'Deviations from the runbook',
      ['environment', 'started by', 'at', 'address'],
      rotation.deviations.map((each) => [each.environment, each.startedBy, each.startedAt, each.url ?? '–']),
    ),
  ].join('\n')

/** A label that is longer is folded below its beginning. */
const LABEL_LENGTH = 60

/** A short text, linked; a long label, the address and the digest in full when somebody asks for them. */
function checkEvidence({ label, url, digest }: Evidence): string {
  const short = clip(label.startsWith('queries: ') ? 'queries' : label, LABEL_LENGTH)
  const more = [...(short === label ? [] : [label]), ...(url === null ? [] : [url]), `SHA-256 ${digest}`]
  return `${url === null ? escapeHtml(short) : htmlLink(url, short)}${htmlDetails('details', more.join('\n'))}`
}

/** Files and quoted lines with their digest, because an address says nothing about the content. */
const evidenceText = ({ label, url, digest, file, excerpt }: Evidence): string =>
  file || excerpt !== undefined
    ? [`${label} ${url ?? ''} SHA-256 ${digest}`, ...(excerpt === undefined ? [] : [excerpt])].join('\n')
    : (url ?? label)

/** Each statement of a step with who decided it. */
const statements = ({ attestations, sentences }: StepCompletion): string =>
  Object.entries(sentences)
    .map(
      ([id, words]) =>
        `${attestations.includes(id) ? 'confirmed by a person' : 'verified by machine'}: ${words}`,
    )
    .join('\n')

export const section = (title: string, header: string[], rows: Cell[][], widths?: string[]): string =>
  `<h2>${escapeHtml(title)}</h2>\n${htmlTable(header, rows, widths)}`

export const who = (names: Names, id: string): string => `${names(id)} (${id})`
