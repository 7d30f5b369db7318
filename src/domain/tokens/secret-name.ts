/** An ARN in two parts: where the secret is, and its name with or without AWS's six characters. */
const ARN = /^arn:([\w-]+):secretsmanager:([\w-]+):(\d{12}):secret:(.+)$/

export interface SecretArn {
  partition: string
  region: string
  account: string
  /** As the ARN ends: the name, where it is not abbreviated with a hyphen and six characters behind it. */
  end: string
}

/** Null for a text that is no ARN of a secret. */
export function parseArn(text: string): SecretArn | null {
  const [, partition = '', region = '', account = '', end = ''] = ARN.exec(text) ?? []
  return end === '' ? null : { partition, region, account, end }
}

export const isArn = (text: string): boolean => text.startsWith('arn:')

/** Whether both are in the same account, region and partition. */
export const isSamePlace = (a: SecretArn, b: SecretArn): boolean =>
  a.partition === b.partition && a.region === b.region && a.account === b.account

/** `account 111122223333, eu-central-1`, with the partition where it is not the usual one. */
export const placeOf = ({ partition, region, account }: SecretArn): string =>
  `account ${account}, ${region}${partition === 'aws' ? '' : `, ${partition}`}`

const AWS_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/
const LONGEST_PATH = 512

/** What is wrong with a secret's name by the rules of a manager, the rest of a sentence; null when nothing is. */
export type NameFault = (name: string) => string | null

export function awsNameFault(name: string): string | null {
  if (isArn(name))
    return AWS_NAME.test(parseArn(name)?.end ?? '')
      ? null
      : 'is not the ARN of a secret in AWS Secrets Manager'
  return AWS_NAME.test(name) ? null : 'is no name in AWS: letters, digits and /_+=.@-, at most 512'
}

export function vaultNameFault(name: string): string | null {
  const isPath =
    name.length <= LONGEST_PATH &&
    !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) &&
    name.split('/').every((part) => part.trim() === part && !['', '.', '..'].includes(part))
  return isPath ? null : 'is no path in Vault: no slash at its ends, no empty part, . or .., no line end'
}
