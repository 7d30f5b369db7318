/** What the bot keeps of a file that a person uploaded; never its content. */
export interface UploadedFile {
  name: string
  /** In bytes. */
  size: number
  /** SHA-256 of the content, hex. */
  digest: string
  permalink: string
}

/** Why an uploaded file is no evidence. */
export type FileFault =
  | { kind: 'deleted' | 'not-yours' | 'elsewhere' | 'neither-image-nor-text' }
  | { kind: 'too-big' | 'text-too-long'; size: number; limit: number }
  /** A credential, in the file's name or in its text. */
  | { kind: 'credential'; what: string; line: number | null; in: 'name' | 'text' }
  /** Slack did not give it. @param reason a sentence without its full stop */
  | { kind: 'not-given'; reason: string }

/** @param name null where even that could not be read */
export type FileReading =
  | { file: UploadedFile; fault: null }
  | { file: null; name: string | null; fault: FileFault }

/** The port to files that people upload in forms. */
export interface UploadedFiles {
  /**
   * Reads a file once, and remembers the reading for some minutes, so that a form that is sent again does not wait for it.
   *
   * @param id Slack's id of the file
   * @param by who must have uploaded it
   */
  read(id: string, by: string): Promise<FileReading>
}
