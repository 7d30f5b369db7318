import { describe, expect, it } from 'vitest'
import { readSocketMessage } from '#integrations/slack/envelope'

const read = (value: unknown) => readSocketMessage(JSON.stringify(value))

describe('a message of a connection to Slack', () => {
  it.each([
    { type: 'hello', num_connections: 1 },
    { type: 'disconnect', reason: 'warning' },
    { type: 'events_api', envelope_id: 'e1', payload: { event: { type: 'app_home_opened' } } },
    { type: 'interactive', envelope_id: 'e2', payload: { type: 'block_actions' } },
    { type: 'slash_commands', envelope_id: 'e3', payload: { command: '/rotation' } },
  ])('is read: $type', (value) => {
    expect(read(value)).toEqual({ message: value })
  })

  it.each([
    {},
    null,
    [],
    7,
    'text',
    { type: 7 },
    { type: 'events_api' },
    { type: 'events_api', envelope_id: 'e1', payload: {} },
    { type: 'events_api', envelope_id: 'e1', payload: { event: null } },
    { type: 'events_api', envelope_id: 'e1', payload: { event: { type: ['x'] } } },
    { type: 'interactive', envelope_id: 'e1', payload: [] },
    { type: 'interactive', envelope_id: 'e1', payload: null },
    { type: 'slash_commands', envelope_id: '', payload: {} },
    { type: 'dialogues_of_2031', envelope_id: 'e1', payload: {} },
  ])('is ignored with a reason: %j', (value) => {
    expect(read(value)).toEqual({
      ignored: expect.stringMatching(/.+: .+/),
      envelopeId: expect.toSatisfy((id) => id === null || typeof id === 'string'),
    })
  })

  it('is ignored when it is no JSON', () => {
    expect(readSocketMessage('<html>502 Bad Gateway</html>')).toHaveProperty('ignored')
  })
})
