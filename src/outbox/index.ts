import type { JobKind } from '#domain/ports/outbox-job'
import { handleApprovalNotice } from './approval-notice.ts'
import { handleBreakGlass } from './break-glass.ts'
import { handleCard } from './card.ts'
import { handleChannelMessage } from './channel-message.ts'
import { handleDirectMessage } from './direct-message.ts'
import { handleEditAgain } from './edit-again.ts'
import { handleEscalation } from './escalation.ts'
import type { Handler } from './handler.ts'
import { handleHome } from './home.ts'
import { handleInventoryExport } from './inventory-export.ts'
import { handleLogEntry } from './log-entry.ts'
import { handleNotice } from './notice.ts'
import { handlePage } from './page.ts'
import { handlePicture } from './picture.ts'
import { handleRegistryProposal } from './registry-proposal.ts'
import { handleReminder, handleReminderToOwner } from './reminder.ts'
import { handleReminderEdits } from './reminder-edits.ts'
import { handleSecretRotation } from './secret-rotation.ts'
import { handleSignOffRecord } from './sign-off-record.ts'
import { handleTestNotice } from './test-notice.ts'
import { handleThreadLine } from './thread-line.ts'
import { handleThreadMessage } from './thread-message.ts'
import { handleTicketComment } from './ticket-comment.ts'
import { handleWorkflowDispatch } from './workflow-dispatch.ts'

/** The handler of each kind of job. */
export const HANDLERS: { [Kind in JobKind]: Handler<Kind> } = {
  card: handleCard,
  'thread-message': handleThreadMessage,
  'approval-notice': handleApprovalNotice,
  'break-glass': handleBreakGlass,
  notice: handleNotice,
  'test-notice': handleTestNotice,
  'log-entry': handleLogEntry,
  'workflow-dispatch': handleWorkflowDispatch,
  'secret-rotation': handleSecretRotation,
  'thread-line': handleThreadLine,
  'inventory-export': handleInventoryExport,
  'sign-off-record': handleSignOffRecord,
  page: handlePage,
  escalation: handleEscalation,
  home: handleHome,
  picture: handlePicture,
  reminder: handleReminder,
  'reminder-edits': handleReminderEdits,
  'reminder-to-owner': handleReminderToOwner,
  'channel-message': handleChannelMessage,
  'direct-message': handleDirectMessage,
  'edit-again': handleEditAgain,
  'ticket-comment': handleTicketComment,
  'registry-proposal': handleRegistryProposal,
}
