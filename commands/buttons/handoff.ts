import { openHandoffModal } from '../slash/handoff.ts'
import type { ButtonHandler } from './button.ts'

export const openHandoff: ButtonHandler = ({ value: label, user, trigger }, context) =>
  openHandoffModal(context, { trigger, user, label })
