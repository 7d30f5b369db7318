import type { ModalView } from '@slack/types'
import { modal, section } from './blocks.ts'
import { FORMS } from './ids.ts'

/** Opened immediately because a trigger expires after three seconds; filled by `views.update`. */
export const loadingModal = (title: string): ModalView =>
  modal(FORMS.message, title, [section('… Loading. This takes a moment.')])
