import { createContext } from './preact.js'

/** The workspace as this person sees it, and the person: `{ workspace, me }`. */
export const WorkspaceContext = createContext({ workspace: undefined, me: undefined })
