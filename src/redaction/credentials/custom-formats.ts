import type { CredentialFormat } from './formats.ts'

/** The agents' own credentials, as the config describes them. */
export const CUSTOM_FORMATS: CredentialFormat[] = []

/** Has these looked for as well, from now on, in this process. */
export function registerFormats(formats: readonly { name: string; pattern: string }[]): void {
  CUSTOM_FORMATS.splice(
    0,
    CUSTOM_FORMATS.length,
    ...formats.map(({ name, pattern }): CredentialFormat => [name, new RegExp(pattern)]),
  )
}
