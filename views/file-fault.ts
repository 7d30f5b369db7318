import type { FileFault } from '#domain/ports/uploaded-files'
import { sizeWords } from '#domain/rotation/evidence'
import { sanitizePlainText } from './text.ts'

const KEPT = 'What you typed is kept.'

const WORDS: { [Kind in FileFault['kind']]: (fault: Extract<FileFault, { kind: Kind }>) => string } = {
  deleted: () => 'was deleted in Slack before it could be read. Remove it here, or upload it again.',
  'not-yours': () =>
    'was uploaded by somebody else. Upload your own copy, or enter its address as an evidence link.',
  elsewhere: () => 'is not stored in Slack. Enter its address as an evidence link instead.',
  'neither-image-nor-text': () =>
    'is neither an image nor a text, so it cannot be searched for credentials. Upload a screenshot or a text file.',
  'too-big': ({ size, limit }) =>
    `has ${sizeWords(size)}; the limit is ${sizeWords(limit)}. Upload a smaller one, or enter an address as an evidence link.`,
  'text-too-long': ({ size, limit }) =>
    `is a text of ${sizeWords(size)}; the limit is ${sizeWords(limit)}. Upload only the lines that show it.`,
  credential: ({ what, line, in: place }) =>
    `was not accepted: ${place === 'name' ? 'its name' : line === null ? 'its text' : `its line ${line}`} looks like ${what}. Delete the file in Slack, and revoke the credential if it is real: one that was uploaded to a chat counts as leaked.`,
  'not-given': ({ reason }) => `could not be read: ${reason}. ${KEPT} Submit again in a moment.`,
}

/** Why a file is no evidence, for its field. @param name null where it could not be read */
export function fileFaultWords(name: string | null, fault: FileFault): string {
  // A name with a credential is not repeated.
  const isNamed = name !== null && !(fault.kind === 'credential' && fault.in === 'name')
  const word = WORDS[fault.kind] as (fault: FileFault) => string
  return `${isNamed ? `“${sanitizePlainText(name, 80)}”` : 'A file'} ${word(fault)}`
}

/** Slack has not given files in the time that it leaves for an answer. */
export const filesLater = `Slack has not given your files yet; the bot goes on reading them. ${KEPT} Submit again in a few seconds.`

export const tooManyFiles = (count: number, limit: number): string =>
  `These are ${count} files; the limit is ${limit}. Remove some, or enter addresses as evidence links.`
