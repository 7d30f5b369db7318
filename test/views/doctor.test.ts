import { describe, expect, it } from 'vitest'
import type { Condition, HealthCheckReport } from '#domain/ports/health-check-result'
import { viewProblems } from '#test/support/block-kit-checker'
import { wordsOf } from '#test/support/person'
import { doctorModal, doctorText } from '#views/doctor'

const results = (
  title: string,
  condition: Condition | null,
  sentence = 'seen',
  remediation: string | null = null,
): HealthCheckReport => ({
  id: title,
  title,
  results: condition && [{ condition, sentence, remediation }],
})

describe('what the doctor found', () => {
  it('is shown worst first, with how to fix it', () => {
    const words = wordsOf(
      doctorModal([
        results('Channel', 'fine'),
        results('Backup', 'off', 'none', 'set one up'),
        results('Pager', 'unknown', 'not readable', 'look'),
        results('Ticket', 'broken', 'closed', 'open it'),
      ]).blocks,
    )
    expect(words.split('\n')).toEqual([
      '*1 broken, 1 unknown, 1 not set up, 1 fine*',
      '✗ *Broken*',
      '• *Ticket*: closed',
      '      → open it',
      '? *Unknown*',
      '• *Pager*: not readable',
      '      → look',
      '· *Not set up*',
      '• *Backup*: none',
      '      → set one up',
      '✓ *Fine*',
      '• *Channel*: seen',
    ])
  })

  it('says what is still being looked at', () => {
    const words = wordsOf(doctorModal([results('Channel', 'fine'), results('Ticket', null)]).blocks)
    expect(words).toContain('*1 fine* · … checking Ticket')
    expect(wordsOf(doctorModal([results('Ticket', null)]).blocks)).toBe('… checking Ticket')
    expect(wordsOf(doctorModal([]).blocks)).toContain('Checking')
  })

  it('is inert, whatever other systems say', () => {
    const hostile = '<!channel> <@U1> `x` *bold*\n```\u202e'
    const words = wordsOf(doctorModal([results('Ticket', 'broken', hostile, hostile)]).blocks)
    expect(words).not.toMatch(/<!channel>|<@U1>|```|\u202e/)
    const text = doctorText([results('Ticket', 'broken', 'a\u001b[2Jb\nc\u202e', 'd\re')])
    for (const control of ['\u001b', '\u202e', '\r']) expect(text).not.toContain(control)
    expect(text.split('\n')).toHaveLength(5)
  })

  it('fits a modal, however much there is', () => {
    const many = Array.from({ length: 400 }, (_, n) =>
      results(`Thing ${n}`, 'broken', '&'.repeat(900), 'x'.repeat(900)),
    )
    const view = doctorModal(many)
    expect(viewProblems(view)).toEqual([])
    expect(wordsOf(view.blocks)).toMatch(/and [\d,]+ more lines/)
  })

  it('is a table for the shell', () => {
    const text = doctorText([
      results('Channel', 'fine'),
      results('Sign-off', 'broken', 'nobody', 'name some'),
    ])
    expect(text).toBe(
      [
        'fine        Channel   seen',
        'broken      Sign-off  nobody',
        '                    → name some',
        '',
        '1 broken, 1 fine',
        '',
      ].join('\n'),
    )
  })
})
