import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOSTILE_TEXTS } from '#test/support/hostile'
import { escapeHtml, htmlPage, htmlTable } from '#views/html'

/** What an element's text shows, by a reader of HTML that knows only what `escapeHtml` writes. */
const shown = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

const MARKUP = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '</td></table>',
  '<!--',
  '&lt;',
  '`',
]

describe('HTML of texts that people typed', () => {
  it.each([...Object.values(HOSTILE_TEXTS), ...MARKUP].map((text) => [text.slice(0, 60), text]))(
    '%s breaks out of nothing',
    (_, text) => {
      const page = htmlPage(text, htmlTable(['name'], [[text], [`https://evil.example/${text}`]]))
      const tags = [...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name]) => name)
      const allowed = [
        'html',
        'head',
        'meta',
        'title',
        'style',
        'body',
        'h1',
        'table',
        'thead',
        'tr',
        'th',
        'tbody',
        'td',
        'a',
      ]
      expect(tags.filter((name) => !allowed.includes(name ?? ''))).toEqual([])
      expect(page).not.toMatch(/<[^>]* on\w+=/i)
      expect(page).not.toMatch(/href="(?!https?:)/)
    },
  )

  it('shows what was typed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const html = escapeHtml(text)
        expect(html).not.toMatch(/[<>"']/)
        expect(shown(html)).toBe(
          text
            .toWellFormed()
            .replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, (mark) =>
              /[\n\t]/.test(mark) ? mark : '',
            ),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('loads nothing and runs no script', () => {
    expect(htmlPage('A', '')).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })
})
