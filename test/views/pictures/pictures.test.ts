import { describe, expect, it } from 'vitest'
import { type ClosedRotation, outcomeOf, rotationYear } from '#domain/rotation/rotation-year'
import type { TokenAge } from '#domain/tokens/token-age'
import { drawPng } from '#outbox/draw-png'
import { renderPng } from '#outbox/render-png'
import { HOSTILE_TEXTS } from '#test/support/hostile'
import { aTokenAge, manyTokens, NOW, nineAges } from '#test/support/rotation-builder'
import { lateWords, rotationYearPicture, yearWords } from '#views/pictures/rotation-year'
import { INK } from '#views/pictures/svg'
import { tokenAgesPicture } from '#views/pictures/token-ages'

const MAGIC = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Width and height that a PNG's header tells (PNG specification, IHDR). */
async function sizeOf(svg: string): Promise<{ width: number; height: number; png: Uint8Array }> {
  const png = await drawPng(svg)
  expect([...png.slice(0, 8)]).toEqual(MAGIC)
  const header = new DataView(png.buffer, png.byteOffset)
  return { width: header.getUint32(16), height: header.getUint32(20), png }
}

const drawn = (tokens: TokenAge[]) => {
  const picture = tokenAgesPicture(tokens)
  if (!picture) throw new Error('nothing was drawn')
  return picture
}

/** Words in the picture, in their order. */
const labelsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words ?? '')

const count = (svg: string, part: string): number => svg.split(part).length - 1

/** Relative luminance and contrast of two colours (WCAG 2.2, definitions). */
function contrast(...colors: [string, string]): number {
  const [light = 0, dark = 0] = colors
    .map((color) => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    })
    .sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const place = { agent: 'evaluator', environment: 'staging' }

describe('the picture of token ages', () => {
  it('is none without tokens, and while none is due soon or overdue', () => {
    expect(tokenAgesPicture([])).toBeNull()
    expect(tokenAgesPicture([aTokenAge(place, 22), aTokenAge(place, null)])).toBeNull()
    expect(tokenAgesPicture([aTokenAge(place, 23)])).not.toBeNull()
  })

  it('has a bar for each of nine tokens, by environment, worst first, and marks what is overdue by pattern and word', () => {
    const { svg, alt } = drawn(nineAges())
    expect(labelsOf(svg).filter((words) => /^(production|staging|sandbox)$/.test(words))).toEqual([
      'sandbox',
      'staging',
      'production',
    ])
    expect(labelsOf(svg).filter((words) => words === 'age 12 d')).toHaveLength(7)
    expect(labelsOf(svg)).toContain('1 d overdue (age 31 d)')
    expect(labelsOf(svg)).toContain('due at 30 days')
    expect(count(svg, 'fill="url(#overdue)"')).toBe(1)
    expect(alt).toBe(
      'Token ages against their cadence: 9 tokens, 1 overdue. The oldest is 31 days old; 1 of 9 is past the line.',
    )
  })

  it('draws a bar of an overdue token across the line and one of a fresh token short of it', () => {
    const ends = (days: number) => {
      const { svg } = drawn([aTokenAge(place, days), aTokenAge(place, 1)])
      const [, x = '0', width = '0'] = /<rect x="([\d.]+)"[^>]*width="([\d.]+)" height="11"/.exec(svg) ?? []
      const [, line = '0'] = /<line x1="([\d.]+)"[^>]*stroke-dasharray="4 3"/.exec(svg) ?? []
      return Number(x) + Number(width) - Number(line)
    }
    expect(ends(29)).toBeLessThan(0)
    expect(ends(31)).toBeGreaterThan(0)
  })

  it('takes an unread token neither for fresh nor for overdue', () => {
    const { svg, alt } = drawn([aTokenAge(place, null), aTokenAge(place, 25)])
    expect(labelsOf(svg)).toContain('not read')
    expect(count(svg, 'fill="url(#overdue)"')).toBe(0)
    expect(count(svg, 'stroke-dasharray="3 2"')).toBe(1)
    expect(alt).toContain('Token ages against their cadence: 2 tokens, 1 not read, 1 due soon.')
  })

  it('tells what is due soon from what is overdue by pattern and word', () => {
    const { svg } = drawn([
      aTokenAge({ agent: 'a', environment: 'e' }, 12),
      aTokenAge({ agent: 'b', environment: 'e' }, 27),
      aTokenAge({ agent: 'c', environment: 'e' }, 37),
    ])
    expect(count(svg, 'fill="url(#due-soon)"')).toBe(1)
    expect(count(svg, 'fill="url(#overdue)"')).toBe(1)
    expect(labelsOf(svg).slice(-7, -1)).toEqual([
      'c',
      '7 d overdue (age 37 d)',
      'b',
      'due in 3 d (age 27 d)',
      'a',
      'age 12 d',
    ])
  })

  it('writes long names whole, on two lines', () => {
    const agent = 'the-orchestrator-of-the-customer-facing-assistants-in-the-european-region-number-2'
    const { svg } = drawn([aTokenAge({ agent, environment: agent.toUpperCase() }, 31)])
    const words = labelsOf(svg).join('')
    expect(words).toContain(agent)
    expect(words).toContain(agent.toUpperCase())
    expect(words).not.toContain('…')
  })

  it('writes the names of many environments whole, drawn or named below', () => {
    const long = 'a-cluster-of-the-customer-facing-assistants-in-the-european-region-with-number'
    const tokens = Array.from({ length: 90 }, (_, i) =>
      aTokenAge({ agent: `a${i}`, environment: `${long}-${i % 30}` }, i === 0 ? 33 : 3),
    )
    const words = labelsOf(drawn(tokens).svg).join('')
    for (let i = 0; i < 30; i += 1) expect(words).toContain(`${long}-${i}`)
    expect(words).not.toContain('…')
  })

  it('has a contrast of at least 4.5 for words and 3 for shapes, on paper of its own', () => {
    for (const [name, least] of Object.entries({ text: 4.5, muted: 4.5, fresh: 3, dueSoon: 3, overdue: 3 }))
      expect(contrast(INK[name as keyof typeof INK], INK.paper), name).toBeGreaterThanOrEqual(least)
    // Neither a white slab in a dark theme, nor invisible in it.
    expect(contrast(INK.paper, '#ffffff')).toBeGreaterThan(10)
    expect(contrast(INK.edge, '#1a1d21')).toBeGreaterThan(2)
  })

  it('says each token’s own cadence where they differ', () => {
    const { svg } = drawn([aTokenAge(place, 5, { cadenceDays: 14 }), aTokenAge(place, 31)])
    expect(labelsOf(svg)).toEqual(expect.arrayContaining(['due', 'age 5 of 14 d', '1 d overdue (age 31 d)']))
  })

  it('counts 900 tokens by environment', async () => {
    const tokens = manyTokens(900).map((token, i) =>
      aTokenAge(token, i === 5 ? null : i < 4 ? 40 + i * 10 : 3),
    )
    const { svg } = drawn(tokens)
    expect(labelsOf(svg)).toContain('300 tokens, 4 overdue, 1 not read')
    expect(labelsOf(svg)).toContain('295')
    // 40 days are 133 % of the cadence; 50, 60 and 70 more than 150.
    expect(labelsOf(svg)).toEqual(expect.arrayContaining(['1', '3']))
    const { width, height } = await sizeOf(svg)
    expect(width).toBe(1080)
    expect(height).toBeLessThan(2000)
  })

  it('counts every token exactly once', () => {
    const tokens = Array.from({ length: 400 }, (_, i) =>
      aTokenAge({ agent: `a${i}`, environment: `e${i % 20}` }, i % 61 === 0 ? null : i % 61),
    )
    const counted = labelsOf(drawn(tokens).svg).flatMap((words) =>
      /^\d+$/.test(words) ? [Number(words)] : [],
    )
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(400)
  })

  it('names every environment, and draws all counts on one scale', () => {
    const tokens = Array.from({ length: 90 }, (_, i) =>
      aTokenAge({ agent: `a${i}`, environment: `region-${i % 30}` }, i === 0 ? 33 : 3),
    )
    const { svg } = drawn(tokens)
    const words = labelsOf(svg).join(' ')
    for (let i = 0; i < 30; i += 1) expect(words).toMatch(new RegExp(`\\bregion-${i}\\b`))
    const heights = [...svg.matchAll(/<rect [^>]*width="30" height="([\d.]+)"/g)].map(([, height]) =>
      Number(height),
    )
    expect(Math.max(...heights)).toBe(28)
    // The single overdue token is as high as a third of three fresh ones, in whatever environment they are.
    expect(heights.filter((height) => height < 10)).toHaveLength(1)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('draws names with %s', async (_, text) => {
    const { svg } = drawn([aTokenAge({ agent: text, environment: text }, 31)])
    const { width } = await sizeOf(svg)
    expect(width).toBe(1080)
    expect(svg).not.toContain('<!')
    expect(labelsOf(svg).every((words) => words.length < 300)).toBe(true)
  })

  it('lets no name bring elements of its own', async () => {
    const agent = '</text><image href="https://evil.example/x.png"/><text>'
    const { svg } = drawn([aTokenAge({ agent, environment: `"'&${agent}` }, 31)])
    expect(svg).not.toContain('<image')
    await sizeOf(svg)
  })

  it('comes out of its thread as it is drawn, and an error does, too', async () => {
    const { svg } = drawn(nineAges())
    expect(Buffer.from(await renderPng(svg)).equals(Buffer.from(await drawPng(svg)))).toBe(true)
    await expect(renderPng('<svg')).rejects.toBeTruthy()
  })

  it('holds text on a machine without fonts', async () => {
    const { svg } = drawn([aTokenAge(place, 31)])
    const bare = svg.replace(/<text[^>]*>[^<]*<\/text>/g, '')
    expect((await sizeOf(svg)).png.length).toBeGreaterThan((await sizeOf(bare)).png.length * 2)
  })
})

const closed = (parts: Partial<ClosedRotation> = {}): ClosedRotation => ({
  id: 1,
  trigger: 'cadence',
  status: 'complete',
  closedAt: '2026-11-10T10:00:00.000Z',
  daysLate: -2,
  ...parts,
})

describe('the picture of the year', () => {
  it('judges each rotation by how it ended, why it began and how old its tokens were', () => {
    expect(outcomeOf(closed())).toBe('on-time')
    expect(outcomeOf(closed({ daysLate: 0.5 }))).toBe('late')
    expect(outcomeOf(closed({ daysLate: null }))).toBe('undated')
    expect(outcomeOf(closed({ trigger: 'credential-anomaly', daysLate: 3 }))).toBe('incident')
    expect(outcomeOf(closed({ trigger: 'chaos-drill' }))).toBe('drill')
    expect(outcomeOf(closed({ trigger: 'chaos-drill', status: 'aborted' }))).toBe('aborted')
  })

  it('has twelve months that end with this one, across a new year', () => {
    const months = rotationYear([closed(), closed({ closedAt: '2025-12-01T00:00:00.000Z' })], NOW)
    expect(months.map((month) => month.id)).toEqual([
      '2025-12',
      ...Array.from({ length: 11 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`),
    ])
    expect(months[0]?.outcomes).toEqual(['on-time'])
    expect(months[11]?.outcomes).toEqual(['on-time'])
    expect(
      rotationYear([closed({ closedAt: '2025-11-30T23:59:59.000Z' })], NOW).flatMap((m) => m.outcomes),
    ).toEqual([])
  })

  it('says in words what it shows', () => {
    const months = rotationYear([closed(), closed({ daysLate: 1 }), closed({ status: 'aborted' })], NOW)
    expect(yearWords(months)).toBe('Dec 2025 – Nov 2026: 1 on time, 1 late and 1 aborted.')
    const picture = rotationYearPicture(months)
    expect(picture?.alt).toContain('Nov 2026 1 on time and 1 late and 1 aborted')
    expect(labelsOf(picture?.svg ?? '')).toEqual(
      expect.arrayContaining(['on time 1', 'late 1', 'incident 0', 'drill 0', 'aborted 1']),
    )
    expect(rotationYearPicture(rotationYear([], NOW))).toBeNull()
  })

  it('says why a rotation was late', () => {
    const late = [1, 2, 3, 4, 5, 6, 7].map((id) => closed({ id, daysLate: id === 7 ? 1 : 2.5 }))
    const months = rotationYear([...late, closed({ id: 8, trigger: 'chaos-drill', daysLate: 9 })], NOW)
    expect(lateWords(months)).toEqual([
      'R7 late: a token was 1 day overdue',
      ...[6, 5, 4, 3].map((id) => `R${id} late: a token was 3 days overdue`),
      'and 2 more late rotations',
    ])
    const picture = rotationYearPicture(months)
    expect(labelsOf(picture?.svg ?? '')).toContain('R7 late: a token was 1 day overdue')
    expect(picture?.alt).toContain('R7 late: a token was 1 day overdue.')
  })

  it('counts a month that has too many to stack', async () => {
    const months = rotationYear(
      Array.from({ length: 400 }, () => closed()),
      NOW,
    )
    const picture = rotationYearPicture(months)
    expect(labelsOf(picture?.svg ?? '')).toContain('99+')
    expect(labelsOf(picture?.svg ?? '')).toContain('on time 400')
    expect(await sizeOf(picture?.svg ?? '')).toMatchObject({ width: 1080 })
  })
})
