import { ENVIRONMENTS, WORKFLOWS } from '#sandbox/demo-users'

const environmentInput = `      environment:
        description: Where
        required: true
        type: choice
        options: [${ENVIRONMENTS.join(', ')}]
`
const rotationInput = (required: boolean) => `      rotation:
        description: The rotation that asks for it, such as R42
        required: ${required}
        type: string
`

const workflow = (declared: { name: string }, inputs: string, job: string) => `name: ${declared.name}
run-name: ${declared.name} \${{ inputs.rotation }}

on:
  workflow_dispatch:
    inputs:
${inputs}
jobs:
${job}`

const rotate = workflow(
  WORKFLOWS.rotate,
  `${rotationInput(true)}      secrets:
        description: Names of the secrets, a JSON list
        required: true
        type: string
      revoke_within_hours:
        description: Hours until the issuer revokes the previous versions, or never
        required: false
        default: "24"
        type: string
`,
  `  rotate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm agents:rotate-tokens
        env:
          SECRETS: \${{ inputs.secrets }}
          REVOKE_WITHIN_HOURS: \${{ inputs.revoke_within_hours }}
`,
)

const deploy = workflow(
  WORKFLOWS.deploy,
  `${environmentInput}${rotationInput(false)}`,
  `  deploy:
    runs-on: ubuntu-latest
    environment: \${{ inputs.environment }}
    steps:
      - uses: actions/checkout@v4
      - run: pnpm agents:orchestrate --environment "$ENVIRONMENT"
        env:
          ENVIRONMENT: \${{ inputs.environment }}
`,
)

const smoke = workflow(
  WORKFLOWS.smoke,
  `      suite:
        description: Which suite
        required: false
        default: smoke
        type: string
${environmentInput}${rotationInput(false)}`,
  `  simulate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm agents:simulate --suite "$SUITE"
        env:
          SUITE: \${{ inputs.suite }}
          ENVIRONMENT: \${{ inputs.environment }}
`,
)

const revoke = workflow(
  WORKFLOWS.revoke,
  `${rotationInput(true)}      secrets:
        description: Names of the secrets, a JSON list
        required: true
        type: string
      versions:
        description: One version of each secret, a JSON list of the same length
        required: true
        type: string
      mode:
        description: What happens to these versions
        required: true
        type: choice
        options: [disable, destroy, restore, make-current]
`,
  `  revoke:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pnpm agents:revoke-tokens --mode "$MODE"
        env:
          SECRETS: \${{ inputs.secrets }}
          VERSIONS: \${{ inputs.versions }}
          MODE: \${{ inputs.mode }}
`,
)

export const WORKFLOW_FILES: Readonly<Record<string, string>> = {
  [`.github/workflows/${WORKFLOWS.rotate.file}`]: rotate,
  [`.github/workflows/${WORKFLOWS.deploy.file}`]: deploy,
  [`.github/workflows/${WORKFLOWS.smoke.file}`]: smoke,
  [`.github/workflows/${WORKFLOWS.revoke.file}`]: revoke,
}
