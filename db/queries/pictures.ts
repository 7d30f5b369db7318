import type { Db, ReadDb, Row } from '../schema.ts'

/** The uploads of drawings with these digests. */
export const findPictures = (db: ReadDb, digests: string[]): Promise<Row<'pictures'>[]> =>
  db.selectFrom('pictures').selectAll().where('digest', 'in', digests).execute()

/** Remembers an upload. */
export async function setPicture(tx: Db, picture: Row<'pictures'>): Promise<void> {
  await tx.replaceInto('pictures').values(picture).execute()
}

/** Slack did not show these files: they are uploaded again. */
export async function forgetPictures(tx: Db, fileIds: string[]): Promise<void> {
  if (fileIds.length > 0)
    await tx.updateTable('pictures').set({ fileId: null }).where('fileId', 'in', fileIds).execute()
}
