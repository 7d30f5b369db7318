/** The id of a secret's version, in the form of a UUID. @param age 0 is the current one */
export const versionId = (index: number, age: number): string =>
  `${index.toString(16).padStart(8, '0')}-0000-4000-8000-${age.toString(16).padStart(12, '0')}`

/** The Slack id of one of the people who use an app while it is measured. */
export const benchPerson = (index: number): string => `U0BENCH${String(index).padStart(3, '0')}`
