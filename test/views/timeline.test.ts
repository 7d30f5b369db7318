import { describe, expect, it } from 'vitest'
import type { NewEvent, RotationEvent } from '#domain/rotation/events'
import { mine } from '#views/mine'
import { timeline } from '#views/timeline'
import { messageProblems } from '../support/block-kit-checker.ts'
import { anEscalation, aState, minutesIn, NOW, names, OPERATOR } from '../support/rotation-builder.ts'

const { rotation } = aState()

const event = (count: number, given: Pick<NewEvent, 'type' | 'data'>): RotationEvent =>
  ({
    ...given,
    count,
    rotationId: rotation.id,
    actor: OPERATOR,
    at: minutesIn(count),
    hash: '',
    previousHash: '',
    record: null,
  }) as RotationEvent

const HOSTILE =
  'a | b \\| c\n| x | <img src=x onerror=alert(1)> [click](https://evil.example) www.evil.example `d`'

describe('the timeline of a rotation', () => {
  const events = [
    event(1, { type: 'rotation-aborted', data: { reason: HOSTILE } }),
    event(2, { type: 'record-changed', data: {} }),
  ]
  const { file, ...message } = timeline(rotation, events, names)

  it('has a row for each thing that happened, with its time', () => {
    const rows = file.content.split('\n').filter((line) => line.startsWith('| 20'))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain(`| ${minutesIn(1)} | rotation-aborted |`)
    expect(message.text).toContain('1 event')
    expect(messageProblems(message)).toEqual([])
  })

  it('names what a newer version recorded, which shares the database while bots are updated', () => {
    const newer = event(1, { type: 'hologram-made' as 'record-changed', data: {} })
    const { file: shown } = timeline(rotation, [newer], names)
    expect(shown.content).toContain(
      '| hologram-made | On-call operator: \\`hologram-made\\`, which only a newer version of the bot describes |',
    )
  })

  it('lets no text out of its cell, and makes no address and no markup live', () => {
    const [row = ''] = file.content.split('\n').filter((line) => line.startsWith('| 20'))
    expect(row.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(4)
    expect(row).not.toMatch(/<img|(?<!\\)\]\(|https:\/\/evil|www\.evil/)
  })
})

describe('what waits for a person', () => {
  it('is a message that Slack takes, whatever people wrote', () => {
    const state = aState({ rotation: { reason: HOSTILE } })
    const escalations = Array.from({ length: 30 }, () => anEscalation({ reason: HOSTILE.repeat(20) }))
    const shown = mine({
      userId: OPERATOR,
      roles: [],
      mayStart: true,
      mayRespond: true,
      rotations: Array.from({ length: 30 }, () => state),
      escalations,
      ages: null,
      names,
      now: NOW,
    })
    expect(messageProblems(shown)).toEqual([])
    expect(JSON.stringify(shown)).not.toContain('<img')
  })
})
