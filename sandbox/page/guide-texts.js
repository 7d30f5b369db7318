/** The guide's words. */

export const WELCOME = [
  'A capability token is the credential of one agent in one environment: whoever holds it can do there whatever that agent may do.',
  'Tokens leak and are forgotten, so each one is replaced every 30 days, and its old version is revoked.',
  'The bot leads you through that in five steps, checks each against the real systems, and asks two people to sign before production is deployed.',
]

/** By the id of a step or a form. */
export const STAGE_OF_STEP = {
  start: 1,
  'inventory-review': 2,
  'automation-health': 3,
  'rotation-execution': 4,
  'integration-verification': 5,
  'audit-logging': 6,
  'sign-off': 7,
  deploy: 8,
}

/** What happens in a step, beside the button that opens it. */
export const STEP_NOTES = {
  'inventory-review': 'The bot reads the tokens’ metadata; see Secrets.',
  'automation-health': 'The bot looks at the workflow’s last run, and sends a test notice to this channel.',
  'rotation-execution': 'A workflow gives each secret a new version; see CI and Secrets.',
  'integration-verification': 'Sandbox and staging are deployed with the new tokens; see Deployments.',
  'audit-logging': 'The bot commits an entry to the rotation log; see Repository.',
}

const toComplete = ({ submit }) => `When every check shows ✓, confirm what is left and press “${submit}”.`

/** What to do in a form. `ids`: of its elements; `submit`: its button. @type {Record<string, (form: any) => string>} */
export const FORM_TEXTS = {
  start: ({ submit }) => `Choose which tokens to rotate, and press “${submit}”. A reason is optional.`,
  incident: ({ submit }) => `Choose what happened and how severe it is, describe it, and press “${submit}”.`,
  'inventory-review': toComplete,
  'automation-health': toComplete,
  'rotation-execution': (form) =>
    form.ids.includes('start-workflow')
      ? form.isFailing
        ? 'Start the rotation workflow and see it fail. Then switch off the fault under Faults, and start it again.'
        : 'Press “Start rotation workflow”. The old tokens go on working: agents use them until they are deployed.'
      : toComplete(form),
  'integration-verification': (form) => `Deploy to sandbox, then to staging. ${toComplete(form)}`,
  'audit-logging': toComplete,
  'sign-off': ({ submit }) => `You sign exactly what you see here, under its digest. Press “${submit}”.`,
  deploy: ({ submit }) => `Press “${submit}”. Afterwards the agents there use their new tokens.`,
}
