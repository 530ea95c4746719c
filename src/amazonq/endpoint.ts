import { defaultRegion, profileRegion } from "../aws.ts";

/** The kind of client, as the service names its own; it decides which models are available. */
export const origin = "CLI";

export interface EndpointOptions {
  /** Base URL that overrides everything else. */
  endpoint: string | undefined;
  region: string | undefined;
}

/** Base URL of the service for a profile: the configured one, else that of the profile's region. */
export const serviceEndpoint =
  ({ endpoint, region }: EndpointOptions) =>
  (profileArn: string | undefined): string =>
    endpoint?.replace(/\/+$/, "") ??
    `https://q.${region ?? (profileArn && profileRegion(profileArn)) ?? defaultRegion}.amazonaws.com`;
