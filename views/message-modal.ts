import type { ModalView } from '@slack/types'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'
import { escapeUntrusted } from './text.ts'
import { localTimes } from './times.ts'

/** Leaves room for the longer form of times. */
const SENTENCE = 2_000

/**
 * A modal with one sentence, such as a refusal when a modal is already open.
 *
 * @param sentence plain text, such as from `wordRefusal`
 */
export const messageModal = (title: string, sentence: string): ModalView =>
  modal(FORMS.message, title, [section(localTimes(escapeUntrusted(sentence, SENTENCE)))])
