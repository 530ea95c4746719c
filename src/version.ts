import manifest from "../package.json" with { type: "json" };

/** Of the release; built in, never read at run time. */
export const version: string = manifest.version;

/** What every request of ours says of its sender. */
export const userAgent = `aqbridge/${version}`;
