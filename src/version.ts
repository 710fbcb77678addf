declare const FUNNEL_VERSION: string;

/** The version in package.json, put in by the build. */
export const VERSION = FUNNEL_VERSION;
