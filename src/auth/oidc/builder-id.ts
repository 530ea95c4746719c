import type { LoginKind } from "../token-source.ts";

/** Where people with an AWS Builder ID sign in; it lives in one region only (contract 6.1). */
export const builderIdStartUrl = "https://view.awsapps.com/start";

/** How people sign in at a start page. */
export const kindAt = (startUrl: string): LoginKind =>
  startUrl.startsWith(builderIdStartUrl) ? "builder-id" : "identity-center";
