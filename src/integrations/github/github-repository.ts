import type { Repository } from '#domain/ports/systems'
import { NO_KEYS, type SigningKeys } from '#domain/rotation/log-keys'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { RegistryWrong } from '#domain/tokens/registry'
import { REGISTRY_BYTES, TOO_LARGE } from '#domain/tokens/registry-yaml'
import type { NameFault } from '#domain/tokens/secret-name'
import { censor } from '#redaction/censor'
import { decodeText } from './decode-text.ts'
import { fromGithub, type GithubClient, type GithubTarget } from './github.ts'
import { type RepositoryFile, readFile } from './github-files.ts'
import { githubLog } from './github-log.ts'
import { githubProposals } from './github-proposals.ts'

interface RepositoryPaths {
  registry: string
  log: string
  /** Of the log's public key; left out where it is not read. */
  publicKey?: string
}

interface RepositoryOptions {
  nameFault?: NameFault | undefined
  /** Of the log, where it is not the registry's. */
  logBranch?: string | undefined
  keys?: SigningKeys
}

/** The repository with the registry and the rotation log. */
export function githubRepository(
  client: GithubClient,
  target: GithubTarget,
  paths: RepositoryPaths,
  { nameFault, logBranch = target.branch, keys = NO_KEYS }: RepositoryOptions = {},
): Repository {
  const { owner, repo, branch } = target
  const proposals = githubProposals(client, target, paths.registry)
  const readRegistryFile = () =>
    fromGithub(`The registry ${paths.registry}`, () => readFile(client, target, paths.registry))
  const registryText = ({ bytes }: RepositoryFile) => {
    if (bytes.byteLength > REGISTRY_BYTES)
      throw new RegistryWrong(`The registry ${paths.registry} ${TOO_LARGE}`)
    return decodeText(
      bytes,
      (line) =>
        new RegistryWrong(
          `The registry ${paths.registry} is not UTF-8 on line ${line}. Save the file as UTF-8; the bot leaves it as it is until then.`,
        ),
    )
  }

  return {
    async readRegistry() {
      const file = await readRegistryFile()
      if (!file)
        throw new RegistryWrong(
          `The registry ${paths.registry} is not in ${owner}/${repo} on ${branch}; publish it first`,
        )
      const tokens = parseRegistry(registryText(file), paths.registry, nameFault)
      return tokens.map((token) => ({ ...token, owner: censor(token.owner) }))
    },

    async readRegistryText() {
      const file = await readRegistryFile()
      return file && registryText(file)
    },
    findRegistryProposal: (text) => fromGithub('The pull requests', () => proposals.find(text)),
    proposeRegistry: (text, words) =>
      fromGithub('The pull request for the registry', () => proposals.open(text, words)),

    ...githubLog(client, { ...target, branch: logBranch }, paths.log, keys),

    async readPublicKey() {
      const { publicKey: path } = paths
      if (path === undefined) return null
      const file = await fromGithub(`The public key ${path}`, () => readFile(client, target, path))
      return file && Buffer.from(file.bytes).toString('utf8')
    },
  }
}
