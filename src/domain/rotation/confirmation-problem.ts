/** Why a comment on the ticket does not confirm a signature. */
export type ConfirmationProblem =
  | 'wrong-login'
  | 'edited'
  | 'wrong-digest'
  /** The digest with something beside it. */
  | 'not-alone'
  | 'too-early'
  | 'outdated'
  | 'role-lost'

/** Who confirmed a signature where. */
export interface Confirmation {
  login: string
  url: string
}
