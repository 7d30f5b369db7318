/** The only module that knows where htm and Preact come from. */
export * from '/vendor/htm/preact/standalone.module.js'
