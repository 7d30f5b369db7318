import { describe, expect, it } from 'vitest'
import {
  codeSpan,
  divide,
  linkSpan,
  paragraph,
  type RichDocument,
  strong,
  text,
} from '#domain/ports/document'
import { linksInMarkdown, toMarkdown } from '#integrations/github/markdown'
import { linksInAdf, toAdf } from '#integrations/jira/adf'
import { HOSTILE_TEXTS } from '#test/support/hostile'

const HOSTILE: Record<string, string> = {
  ...HOSTILE_TEXTS,
  'a GitHub mention': 'ask @octocat and @flashfusion/admins now',
  'an issue reference': 'fixes #12, GH-13 and other/repo#14',
  'an HTML comment': '--> <!-- </details><script>alert(1)</script>',
  'a heading': '# Title\n\n- list\n1. one\n---\n===',
  'a table': '| a | b |\n| --- | --- |\n| 1 | 2 |',
  'an image': '![x](https://evil.example/beacon.png) [good](https://evil.example)',
  mathematics: '$\\text{x}$ $$y$$',
}

const everywhere = (words: string): RichDocument => [
  { kind: 'heading', text: words },
  paragraph(text(words)),
  paragraph(strong(words), text(' said '), codeSpan(words), text(words)),
  { kind: 'list', items: [[text(words)], [linkSpan('https://x.example/a?b=1&c=(d)', words)]] },
  { kind: 'code', text: words },
  paragraph(codeSpan('the mark 1/1')),
]

/** Without code, where nothing has a meaning. */
const outsideCode = (markdown: string): string =>
  markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')

describe('references in GitHub', () => {
  it.each([
    'www.evil.example',
    'https://evil.example',
    'mail@evil.example',
    '@octocat',
    '#12',
    'fixes #12',
    'GH-12',
    'gh-12',
    'other/repo#14',
    'octo/repo@a1b2c3d4',
    'a1b2c3d',
    'seen in 6dcb09b5b57875f334f61aebed695e2e4193db5e.',
    '<img src=x>',
    '![x](https://evil.example/x.png)',
  ])('%s is inert', (words) => {
    // As the page shows it: the entities are resolved first.
    const shown = toMarkdown([paragraph(text(words))]).replaceAll('&#8203;', '\u200B')
    expect(shown.replaceAll(/\\(?=[^\w\s])|\u200B/g, '')).toBe(
      words.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    expect(shown).not.toMatch(
      /www\.|[a-z]:\/\/|@\w|#\d|\bGH-\d|(?<![\w])(?=[a-f]*\d)[\da-f]{7,40}(?!\w)|<\w|(?<!\\)\[/i,
    )
  })

  it('leaves dates, versions and digests as they are', () => {
    for (const words of ['2026-11-23 09 02', 'version 1234', 'ab'.repeat(32)])
      expect(toMarkdown([paragraph(text(words))])).toBe(words)
  })
})

describe.each(Object.entries(HOSTILE))('with %s', (_, words) => {
  const markdown = toMarkdown(everywhere(words))
  const loose = outsideCode(markdown)

  it('Markdown has no mentions, references or HTML', () => {
    expect(loose).not.toMatch(/@(?!&#8203;)/)
    expect(loose.replace(/^### /gm, '')).not.toMatch(/(?<!&)#(?!&#8203;)/)
    expect(loose).not.toMatch(/\bGH-\d/)
    expect(loose.replace(/\]\(<[^<>]*>\)/g, '')).not.toMatch(/[<>]/)
    expect(loose).not.toMatch(/!\[/)
  })

  it('Markdown has our links only, and our structure only', () => {
    expect(linksInMarkdown(markdown)).toEqual(['https://x.example/a?b=1&c=(d)'])
    expect(loose.match(/^#+ /gm) ?? []).toHaveLength(1)
    expect(loose.match(/^- /gm) ?? []).toHaveLength(2)
    expect(loose).not.toMatch(/^(?:[-=]{3,}|\||\d+[.)] |> )/m)
    expect(markdown.split('\n').at(-1)).toBe('`the mark 1/1`')
  })

  it('Jira’s format has no empty text, no control character and our link only', () => {
    const document = toAdf(everywhere(words))
    const texts = JSON.stringify(document).match(/"text":"((?:[^"\\]|\\.)*)"/g) ?? []
    expect(texts.length).toBeGreaterThan(6)
    expect(texts.filter((each) => each === '"text":""')).toEqual([])
    expect(JSON.stringify(document)).not.toMatch(/\\u00[01][0-8b-f]/)
    expect(linksInAdf(document)).toEqual(['https://x.example/a?b=1&c=(d)'])
    expect(JSON.stringify(document)).not.toContain('mention')
  })
})

describe('addresses', () => {
  it.each([
    'https://x.example/?a=1&copy;=2&lt;',
    'https://x.example/?q=back\\slash&tick=`',
    'https://x.example/a_(b)_*c*|d',
    'https://x.example/#@octocat',
    'http://127.0.0.1:3210/#repository/issues/1',
  ])('%s is read back as it was written', (url) => {
    expect(linksInMarkdown(toMarkdown([paragraph(linkSpan(url, 'label'))]))).toEqual([url])
    expect(linksInAdf(toAdf([paragraph(linkSpan(url, 'label'))]))).toEqual([url])
  })

  it('a script is no link in Jira', () => {
    expect(linksInAdf(toAdf([paragraph(linkSpan('javascript:alert(1)', 'x'))]))).toEqual([])
  })
})

describe('a long document', () => {
  const size = (part: RichDocument) => toMarkdown(part).length + 2

  it('is divided in order, with nothing lost and no part too long', () => {
    const items = Array.from({ length: 500 }, (_, index) => [text(`item ${index} ${'x'.repeat(200)}`)])
    const parts = divide(
      [paragraph(text('first')), { kind: 'list', items }, paragraph(text('last'))],
      size,
      9_000,
    )
    expect(parts.length).toBeGreaterThan(5)
    for (const part of parts) expect(toMarkdown(part).length).toBeLessThanOrEqual(9_000)
    const whole = parts.map(toMarkdown).join('\n')
    expect([...whole.matchAll(/^- item (\d+) /gm)].map(([, n]) => Number(n))).toEqual(items.map((_, i) => i))
    expect(whole.startsWith('first')).toBe(true)
    expect(whole.endsWith('last')).toBe(true)
  })

  it('stays one where it fits', () => {
    expect(divide([paragraph(text('a')), paragraph(text('b'))], size, 9_000)).toHaveLength(1)
  })
})
