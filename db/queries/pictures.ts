import type { Db, ReadDb, Row } from '../schema.ts'

/** The uploads of these drawings. */
export const findPictures = (db: ReadDb, digests: string[]): Promise<Row<'pictures'>[]> =>
  db.selectFrom('pictures').selectAll().where('digest', 'in', digests).execute()

export async function setPicture(tx: Db, picture: Row<'pictures'>): Promise<void> {
  const { fileId, uploads } = picture
  await tx
    .insertInto('pictures')
    .values(picture)
    .onConflict((oc) => oc.columns(['name', 'digest']).doUpdateSet({ fileId, uploads }))
    .execute()
}

/** Marks files that Slack did not show, to be uploaded again. */
export async function clearPictures(tx: Db, fileIds: string[]): Promise<void> {
  if (fileIds.length > 0)
    await tx.updateTable('pictures').set({ fileId: null }).where('fileId', 'in', fileIds).execute()
}
