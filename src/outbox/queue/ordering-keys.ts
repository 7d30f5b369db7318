import { rotationLabel } from '#domain/rotation/rotation'

/** One for all messages of a rotation, so that Slack shows them in order. */
export const rotationOrder = (rotationId: number): string => `slack:${rotationLabel(rotationId)}`

/** One for all direct messages to a person. */
export const personOrder = (user: string): string => `person:${user}`
