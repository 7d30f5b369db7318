import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SUBCOMMANDS } from '#commands/slash/index'
import { parseMention } from '#commands/slash/person'
import { canonicalJson } from '#domain/canonical-json'
import { chainHash } from '#domain/rotation/event-chain'
import { parseLinks } from '#domain/rotation/evidence'
import { parseRotationLabel, rotationLabel } from '#domain/rotation/rotation'
import { workflowInputs } from '#domain/rotation/workflow-inputs'
import { parseDay } from '#domain/time/calendar'
import { parseInstant } from '#domain/time/parse-instant'
import { csvOf } from '#domain/tokens/inventory'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { proposeRegistry } from '#domain/tokens/propose-registry'
import { RegistryWrong } from '#domain/tokens/registry'
import { awsNameFault, parseArn } from '#domain/tokens/secret-name'
import { messageProblems } from '#test/support/block-kit-checker'
import { aRotation, aRun, aToken } from '#test/support/rotation-builder'
import { help } from '#views/help'
import { escapeHtml, htmlPage, htmlTable } from '#views/html'
import { svg, svgText } from '#views/pictures/svg'
import {
  code,
  escapeUntrusted,
  link,
  mention,
  quoteUntrusted,
  sanitizePlainText,
  toPlainText,
} from '#views/text'
import { day, localTimes, time, when } from '#views/times'
import { hostileText, RUNS } from './texts.ts'

/** What Slack acts on: mentions, links and dates in angle brackets. */
const specials = (mrkdwn: string): string[] => mrkdwn.match(/<[^>]*>/g) ?? []

describe('mrkdwn', () => {
  it('of texts has no mention, link or code, however many are side by side', () => {
    fc.assert(
      fc.property(fc.array(hostileText(4), { maxLength: 5 }), (texts) => {
        const joined = texts.map((text) => escapeUntrusted(text)).join('')
        expect(joined).not.toMatch(/[<>`]|&(?!amp;|lt;|gt;)|[\r\n]|:\/\//)
        expect(joined.isWellFormed()).toBe(true)
      }),
      RUNS,
    )
  })

  it('is within its limit, and shows what was written', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 10, max: 400 }), (text, limit) => {
        expect(escapeUntrusted(text, limit).length).toBeLessThanOrEqual(limit)
        expect(sanitizePlainText(text, limit)).not.toMatch(/[<>]/)
      }),
      RUNS,
    )
  })

  it('of a link has one link, to http or https, and of an id one mention', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), hostileText()), hostileText(5), (address, label) => {
        const found = specials(link(address, label))
        expect(found.length).toBeLessThanOrEqual(1)
        for (const each of found) expect(each).toMatch(/^<https?:\/\/[^|<>]*\|[^|<>]*>$/)
        for (const each of specials(mention(label))) expect(each).toMatch(/^<(@|!subteam\^)[A-Z0-9]+>$/)
        expect(code(label).slice(1, -1)).not.toContain('`')
      }),
      RUNS,
    )
  })

  it('quotes every line, and nothing else', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        for (const line of quoteUntrusted(text)) expect(line).toMatch(/^> [^<>\n\r]*$/)
      }),
      RUNS,
    )
  })

  it('shows dates of texts in the reader’s zone, and no other special', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        for (const each of specials(localTimes(escapeUntrusted(text))))
          expect(each).toMatch(
            /^<!date\^-?\d+\^\{date_short_pretty\}(?: \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\|\d{4}-\d\d-\d\d)>$/,
          )
      }),
      RUNS,
    )
  })

  it('of an instant is one date', () => {
    const instant = fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString())
    fc.assert(
      fc.property(instant, (at) => {
        for (const each of [when(at), day(at), time(at)])
          expect(each).toMatch(/^<!date\^\d+\^[^|<>]+\|[^|<>]+>$/)
        expect(toPlainText(when(at))).toBe(`${at.slice(0, 16).replace('T', ' ')} UTC`)
      }),
      RUNS,
    )
  })
})

describe('CSV', () => {
  const isFormula = (cell: string): boolean => /^["\s\u200B\u2060\uFEFF]*[=+\-@＝＋－＠−]/.test(cell)
  const commaCells = (csv: string): string[] =>
    [...csv.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
    )

  it('has no formula, whatever separates cells', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (a, b) => {
        const csv = csvOf([['begin', a, b]])
        expect(commaCells(csv).filter(isFormula)).toEqual([])
        for (const separator of [';', '\t', '|'])
          expect(
            csv
              .split(/[\r\n]/)
              .flatMap((line) => line.split(separator))
              .filter(isFormula),
          ).toEqual([])
      }),
      RUNS,
    )
  })
})

describe('pictures and pages', () => {
  it('have texts without markup, in what XML allows', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 2, max: 80 }), (text, limit) => {
        const words = svgText(text, limit)
        expect(words).toMatch(/^(?:[^<>&"'\p{C}]|&(?:amp|lt|gt|quot|apos);)+$/u)
        expect(svg(10, [words]).match(/<svg/g)).toHaveLength(1)
      }),
      RUNS,
    )
  })

  it('of an export run no script and break out of no cell', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (a, b) => {
        const page = htmlPage(a, htmlTable([a], [[b], [`https://x.example/${b}`]]))
        expect(page.match(/<td>/g)).toHaveLength(2)
        expect(page).not.toMatch(/<(?:script|img|svg|iframe|link)|<[^>]*\son\w+=/i)
        for (const [, href = ''] of page.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:/)
        expect(escapeHtml(a)).not.toMatch(/[<>"'`]/)
      }),
      RUNS,
    )
  })
})

describe('the registry', () => {
  const SAMPLE =
    'version: 1\ntokens:\n  - agent: a\n    environment: staging\n    secret: x/staging/a\n    owner: platform\n'

  it('is read, or refused with a sentence', () => {
    const edit = fc.record({ at: fc.nat(SAMPLE.length), drop: fc.nat(12), text: hostileText(4) })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
        const file = edits.reduce(
          (all, { at, drop, text }) => all.slice(0, at) + text + all.slice(at + drop),
          SAMPLE,
        )
        try {
          for (const token of parseRegistry(file, 'registry.yaml', awsNameFault))
            expect(awsNameFault(token.secret)).toBe(null)
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryWrong)
          expect(String((error as Error).message)).not.toContain('undefined')
        }
      }),
      RUNS,
    )
  })

  it('that is proposed from tags of others says what the tags say', () => {
    fc.assert(
      fc.property(hostileText(4), hostileText(4), (agent, owner) => {
        const secret = { name: 'x/production/b', tags: { scope: agent, env: 'production', owner } }
        const { text, left } = proposeRegistry(
          SAMPLE,
          [
            {
              kind: 'unregistered',
              secret: { ...secret, createdAt: '2026-11-23T09:02:00.000Z', deletedAt: null, versions: [] },
            },
          ],
          () => false,
        )
        if (text === null) expect(left).toHaveLength(1)
        else
          expect(parseRegistry(text, 'registry.yaml').at(-1)).toMatchObject({
            agent,
            owner,
            secret: secret.name,
          })
      }),
      RUNS,
    )
  })
})

describe('inputs of workflows', () => {
  it('say each secret and version as it is', () => {
    fc.assert(
      fc.property(
        fc.array(hostileText(4), { minLength: 1, maxLength: 3 }),
        fc.array(hostileText(4), { maxLength: 3 }),
        (secrets, versions) => {
          const names = [...new Set(secrets)]
          const rotation = aRotation({
            tokens: names.map((secret) => aToken({ agent: 'evaluator', environment: 'staging' }, { secret })),
          })
          const rotate = workflowInputs(aRun({ kind: 'rotate' }), rotation, 'R42')
          expect([...JSON.parse(rotate.secrets ?? '')].sort()).toEqual([...names].sort())
          const target = {
            mode: 'disable' as const,
            versions: versions.map((versionId) => ({
              agent: 'a',
              environment: 'b',
              secret: versionId,
              versionId,
            })),
          }
          const revoke = workflowInputs(aRun({ kind: 'revoke', target }), rotation, 'R42')
          expect(JSON.parse(revoke.versions ?? '')).toEqual(versions)
          for (const value of Object.values({ ...rotate, ...revoke })) expect(typeof value).toBe('string')
        },
      ),
      RUNS,
    )
  })
})

describe('what people type', () => {
  it('is an id, a day, an address or nothing', () => {
    const near = fc.oneof(
      hostileText(4),
      fc.stringMatching(/^[rR]?\d{1,12}$/),
      fc.stringMatching(/^\d{4}-\d\d-\d\d$/),
    )
    fc.assert(
      fc.property(near, (text) => {
        const id = parseRotationLabel(text)
        if (id !== null) expect(rotationLabel(id)).toBe(text.trim().toUpperCase().replace(/^R?/, 'R'))
        const at = parseDay(text)
        if (at !== null) expect(Number.isInteger(at)).toBe(true)
        expect(Number.isNaN(parseInstant(text)) || /^\d{4}-/.test(text)).toBe(true)
        for (const each of parseLinks(text).links) expect(JSON.stringify(each)).toMatch(/https?:\/\//)
        const arn = parseArn(text)
        if (arn) expect(text.startsWith(`arn:${arn.partition}:secretsmanager:`)).toBe(true)
      }),
      RUNS,
    )
  })
})

describe('a slash command', () => {
  it('of any text is answered with a message that Slack takes', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(2), (text, word) => {
        const message = help(SUBCOMMANDS, { unknown: text.trim(), nearest: null })
        expect(messageProblems(message)).toEqual([])
        expect(JSON.stringify(message)).not.toMatch(/<!(?!date)/)
        const user = parseMention(word)
        if (user !== null) expect(user).toMatch(/^[UW][A-Z0-9]+$/)
      }),
      RUNS,
    )
  })
})

describe('canonical JSON', () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    hostileText().map((text) => ({ [text]: [text] })),
  )

  it('is the library’s where that takes it, and the same after each reading', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value)
        expect(text.isWellFormed()).toBe(true)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(text)
        if (JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(value)))
          expect(text).toBe(canonicalize(value))
      }),
      RUNS,
    )
  })

  it('makes one hash of an event, before and after it was stored', () => {
    fc.assert(
      fc.property(hostileText(), (reason) => {
        const event = {
          type: 'rotation-aborted' as const,
          rotationId: 1,
          actor: 'U0OPERATOR',
          at: '2026-11-23T09:02:00.000Z',
          data: { reason },
        }
        const hash = chainHash('0'.repeat(64), event)
        expect(chainHash('0'.repeat(64), { ...event, data: JSON.parse(JSON.stringify(event.data)) })).toBe(
          hash,
        )
      }),
      RUNS,
    )
  })
})
