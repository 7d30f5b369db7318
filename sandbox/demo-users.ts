/** The demo users and all other fixed ids and credentials of the sandbox. */

export const TEAM = { id: 'T0FLASHFUSION', name: 'FlashFusion' } as const

export const PEOPLE = [
  { id: 'U0OPERATOR', name: 'operator', realName: 'On-call operator', email: 'operator@flashfusion.test' },
  { id: 'U0DEVOPSLEAD', name: 'devops-lead', realName: 'DevOps lead', email: 'devops-lead@flashfusion.test' },
  {
    id: 'U0AIOPSOWNER',
    name: 'ai-ops-owner',
    realName: 'AI Ops owner',
    email: 'ai-ops-owner@flashfusion.test',
  },
  { id: 'U0BYSTANDER', name: 'bystander', realName: 'Bystander', email: 'bystander@flashfusion.test' },
] as const

export const BOT = {
  userId: 'U0ROTATIONBOT',
  botId: 'B0ROTATIONBOT',
  appId: 'A0ROTATIONBOT',
  name: 'rotation',
  realName: 'Rotation bot',
} as const

/** The bot is a member of the first channel only. */
export const CHANNELS = [
  {
    id: 'C0FLASHFUSIONAI',
    name: 'flashfusion-ai',
    topic: 'Agents, releases and token rotations',
    botIsMember: true,
  },
  { id: 'C0GENERAL', name: 'general', topic: 'Team-wide announcements', botIsMember: false },
] as const

export const USER_GROUPS = [
  { id: 'S0DEVOPSONCALL', handle: 'devops-oncall', name: 'DevOps on-call', users: ['U0OPERATOR'] },
] as const

/** Accepted credentials; others are refused as by the real systems. */
export const CREDENTIALS = {
  slackBotToken: 'xoxb-sandbox-rotation-bot',
  slackAppToken: 'xapp-sandbox-rotation-bot',
  githubToken: 'sandbox-github-token',
  jiraEmail: 'rotation-bot@flashfusion.test',
  jiraToken: 'sandbox-jira-token',
  awsAccessKeyId: 'SANDBOXROTATIONBOT',
  awsSecretAccessKey: 'sandbox-secret-access-key',
  awsRegion: 'eu-central-1',
  pagerRoutingKey: 'sandboxroutingkey000000000000001',
  pagerApiToken: 'sandbox-pager-token',
  vaultRoleId: 'sandbox-rotation-bot',
  vaultSecretId: 'sandbox-vault-secret-id',
} as const

export const REPOSITORY = {
  owner: 'flashfusion',
  name: 'agents',
  branch: 'main',
  registry: 'ops/capability-token-registry.yaml',
  log: 'logs/agents/rotation-log.md',
} as const

/** The escalation policy of every alert. */
export const PAGER_POLICY = { id: 'PPOLICY', name: 'DevOps', scheduleId: 'PSCHEDULE' } as const

/** Workflow files and names, as in the runbook. */
export const WORKFLOWS = {
  rotate: { id: 101, file: 'agents-rotate-tokens.yml', name: 'agents:rotate-tokens' },
  deploy: { id: 102, file: 'agents-orchestrate.yml', name: 'agents:orchestrate' },
  smoke: { id: 103, file: 'agents-simulate.yml', name: 'agents:simulate' },
  revoke: { id: 104, file: 'agents-revoke-tokens.yml', name: 'agents:revoke-tokens' },
} as const

export const AGENTS = ['orchestrator', 'evaluator', 'tool-runner'] as const
export const ENVIRONMENTS = ['production', 'staging', 'sandbox'] as const
/** As they are deployed to, and as the page lists them. */
export const DEPLOYMENT_ORDER = ['sandbox', 'staging', 'production'] as const
