import type { KnownChannel } from '#domain/ports/known-channel'
import type { Instant } from '#domain/rotation/rotation'
import type { Db, ReadDb } from '../schema.ts'
import { findSetting, setFollowedSetting } from './settings.ts'

const SETTING = 'channel'

/** The channel of the last start; undefined before the first one. */
export const findKnownChannel = (db: ReadDb): Promise<KnownChannel | undefined> =>
  findSetting<KnownChannel>(db, SETTING)

export const setKnownChannel = (db: Db, channel: KnownChannel, at: Instant): Promise<void> =>
  setFollowedSetting(db, SETTING, channel, at)
