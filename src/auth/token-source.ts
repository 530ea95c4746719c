/** A bearer token with what must travel with it. */
export interface AccessToken {
  value: string;
  /** Null when the source did not say; such a token is replaced soon, or used until the service refuses it. */
  expiresAt: Date | null;
  profileArn: string | undefined;
  /** What the service must be told about it; left out for the tokens of logins. */
  type?: "API_KEY";
}

/** Where a login may be found, in the words shown to a person. */
export const loginSources = ["own file", "Amazon Q CLI", "kiro-cli", "Kiro IDE", "KIRO_API_KEY"] as const;
export type LoginSource = (typeof loginSources)[number];

/** How the person signed in. */
export const loginKinds = ["builder-id", "identity-center", "social", "api-key"] as const;
export type LoginKind = (typeof loginKinds)[number];

/** What is known of the login, free of secrets. */
export interface LoginStatus {
  state: "ready" | "missing" | "expired";
  source: LoginSource | null;
  /** Left out when the source does not say. */
  kind?: LoginKind;
  expiresAt: Date | null;
  canRefresh: boolean;
  region: string | null;
  /** Where the person signed in; left out when the source does not say. */
  startUrl?: string;
  /** When the registration of the client ends, and with it every refresh; left out when the source does not say. */
  clientEndsAt?: Date;
  profileArn: string | null;
  /** True when the own file can be written, so that a rotated refresh token outlives the process. */
  persisted: boolean;
  /** Places that were searched, for the message that says what is missing. */
  searched: readonly string[];
}

/** A login as a person hands it over, in the members of `amazonq_credentials.json`. */
export interface LoginInput {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  accessToken?: string;
  /** Seconds that the access token lives. */
  expiresIn?: number;
  authMethod?: LoginKind;
  region?: string;
  startUrl?: string;
  /** ISO 8601. */
  clientSecretExpiresAt?: string;
  profileArn?: string;
}

/** The one place that knows tokens. Every failure is a BridgeError: `login` when only the person can mend it. */
export interface TokenSource {
  /** A token believed valid; reads the stores and refreshes when it must. */
  get(signal?: AbortSignal): Promise<AccessToken>;
  /** Another token after the service refused `rejected`: a fresher one from the stores, else a refreshed one. */
  renew(rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken>;
  /** Refreshes even a valid token, sharing a refresh under way. */
  refresh(signal?: AbortSignal): Promise<AccessToken>;
  status(): Promise<LoginStatus>;
  /** Replaces the own file's whole login; resolves once it is durable on disk. */
  set(login: LoginInput): Promise<void>;
}
