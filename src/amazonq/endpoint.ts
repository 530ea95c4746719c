import { defaultRegion, profileRegion } from "../aws.ts";

/** Who asks, as the service knows its own clients; it decides which models answer. */
export const origin = "CLI";

export interface EndpointOptions {
  /** Base URL that overrides all else. */
  endpoint: string | undefined;
  region: string | undefined;
}

/** Base URL of the service for a profile: the one configured, else that of the profile's region. */
export const serviceEndpoint =
  ({ endpoint, region }: EndpointOptions) =>
  (profileArn: string | undefined): string =>
    endpoint?.replace(/\/+$/, "") ??
    `https://q.${region ?? (profileArn && profileRegion(profileArn)) ?? defaultRegion}.amazonaws.com`;
