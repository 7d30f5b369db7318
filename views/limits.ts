/** Slack's limits (Block Kit reference). Texts in characters, lists in items. */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  headerText: 150,
  sectionText: 3000,
  contextElements: 10,
  buttonText: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  optionText: 75,
  optionDescription: 75,
  optionValue: 150,
  options: 100,
  checkboxes: 10,
  overflowOptions: 5,
  placeholder: 150,
  label: 2000,
  hint: 2000,
  modalTitle: 24,
  modalSubmit: 24,
  modalClose: 24,
  inputText: 3000,
  altText: 2000,
} as const

/**
 * Limit for all blocks of one message, in characters of JSON. Slack documents no number for
 * `msg_blocks_too_long`; users measured refusals from about 11,300 characters (slackapi/bolt-js issues 2509, 2867).
 */
export const MESSAGE_BUDGET = 10_000

/** Limit for one view, in bytes of JSON. `view_too_large` starts at 250 kB; the rest is margin. */
export const VIEW_BUDGET = 200_000
