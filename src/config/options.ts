import { loggingOptions } from "./logging-options.ts";
import { type Option, option, reloadable } from "./option.ts";
import {
  boolean,
  choice,
  endpoint,
  hostHeader,
  hostName,
  integer,
  list,
  modelAliases,
  origin,
  path,
  profileArn,
  region,
  seconds,
  secret,
  token,
} from "./value-types.ts";

const kib = 1024;
const mib = 1024 * kib;
const day = 86_400;

const fixedTimeout = (name: string, value: number, help: string): Option<number> =>
  option(seconds(0.01, day), { keys: [`timeouts.${name}`], default: value, help });

const timeout = (name: string, value: number, help: string): Option<number> =>
  reloadable(seconds(0.01, day), { keys: [`timeouts.${name}`], default: value, help });

/** Every option. The help text, the README's table, the configuration's type and its checks are made from this. */
export const options = {
  port: option(integer(0, 65_535), {
    flag: "port",
    env: ["AQBRIDGE_PORT"],
    keys: ["server.port"],
    default: 8000,
    help: "Port to listen on; 0 takes a free one.",
  }),
  host: option(hostName, {
    flag: "host",
    env: ["AQBRIDGE_HOST"],
    keys: ["server.host"],
    default: "127.0.0.1",
    help: "Address to listen on; one that other machines can reach needs an API key.",
  }),
  apiKey: reloadable(secret(token("key")), {
    flag: "api-key",
    env: ["AQBRIDGE_API_KEY"],
    keys: ["server.api_key"],
    defaultText: "none",
    help: "Key that clients must send. Other users see a flag's value in the process list; prefer the variable.",
  }),
  allowedHosts: reloadable(list(hostHeader), {
    env: ["AQBRIDGE_ALLOWED_HOSTS"],
    keys: ["server.allowed_hosts"],
    default: [],
    help: "Names by which clients may call the server besides this machine's own; in the variable, separated by commas.",
  }),
  allowedOrigins: reloadable(list(origin), {
    env: ["AQBRIDGE_ALLOWED_ORIGINS"],
    keys: ["server.allowed_origins"],
    default: [],
    help: "Origins whose web pages may call the server.",
  }),
  maxBodyBytes: reloadable(integer(kib, 1024 * mib), {
    keys: ["server.max_body_bytes"],
    default: 32 * mib,
    defaultText: "33554432 (32 MiB)",
    help: "Largest request body, in bytes.",
  }),
  maxStreams: reloadable(integer(1, 32_000), {
    keys: ["server.max_streams"],
    default: 512,
    help: "Most answers under way at once, streamed or not; further requests are refused as busy.",
  }),
  maxMemoryMb: option(integer(64, 1_000_000), {
    keys: ["server.max_memory_mb"],
    default: 1024,
    help: "Resident memory, in megabytes, above which new requests are refused as busy; at most three quarters of the memory there is.",
  }),
  dir: option(path("folder"), {
    flag: "dir",
    env: ["AQBRIDGE_DIR"],
    defaultText: "none",
    help: "One folder for config.json and amazonq_credentials.json.",
  }),
  configFile: option(path("file"), {
    flag: "config",
    env: ["AQBRIDGE_CONFIG"],
    defaultText: "$XDG_CONFIG_HOME/aqbridge/config.json",
    help: "Configuration file, JSON with comments.",
  }),
  credentialsFile: option(path("file"), {
    flag: "credentials",
    env: ["AQBRIDGE_CREDENTIALS"],
    keys: ["credentials.file"],
    defaultText: "$XDG_STATE_HOME/aqbridge/amazonq_credentials.json",
    help: "File with the bridge's own login.",
  }),
  cliDatabase: option(path("file"), {
    env: ["AMAZONQ_CLI_DB"],
    keys: ["credentials.cli_db"],
    defaultText: "where the CLI keeps it",
    help: "Database of the Amazon Q CLI, to use the login found there.",
  }),
  kiroDatabase: option(path("file"), {
    env: ["KIRO_CLI_DB"],
    keys: ["credentials.kiro_db"],
    defaultText: "where kiro-cli keeps it",
    help: "Database of kiro-cli, to use the login found there.",
  }),
  kiroApiKey: option(secret(token("key")), {
    env: ["KIRO_API_KEY"],
    defaultText: "none",
    help: "API key of Kiro (ksk_…), used before any login.",
  }),
  cliWriteBack: option(boolean, {
    keys: ["credentials.cli_write_back"],
    default: true,
    help: "Whether to refresh other programs' logins and give them the new tokens; if not, theirs are only read.",
  }),
  endpoint: option(endpoint, {
    env: ["AMAZONQ_ENDPOINT"],
    keys: ["upstream.endpoint"],
    defaultText: "by region",
    help: "Address of Amazon Q.",
  }),
  oidcEndpoint: option(endpoint, {
    env: ["AMAZONQ_OIDC_ENDPOINT"],
    keys: ["upstream.oidc_endpoint"],
    defaultText: "by region",
    help: "Address that refreshes the login.",
  }),
  region: option(region, {
    env: ["AMAZONQ_REGION"],
    keys: ["upstream.region"],
    defaultText: "as the login says",
    help: "AWS region of Amazon Q.",
  }),
  profileArn: option(profileArn, {
    env: ["AMAZONQ_PROFILE_ARN"],
    keys: ["upstream.profile_arn"],
    defaultText: "as the login says",
    help: "Profile of an organisation's subscription.",
  }),
  defaultModel: reloadable(token("model"), {
    env: ["AQBRIDGE_DEFAULT_MODEL"],
    keys: ["models.default"],
    default: "claude-sonnet-4.5",
    help: "Model for requests that name one the service does not have.",
  }),
  modelAliases: reloadable(modelAliases, {
    keys: ["models.aliases"],
    default: {},
    defaultText: "none",
    help: "Names of your own, each with the model it stands for.",
  }),
  unknownModels: reloadable(choice("default", "reject"), {
    keys: ["models.unknown"],
    default: "default",
    help: "What a request for an unknown model gets: an answer from the nearest of its family, else from the default one; or (reject) an error.",
  }),
  demo: option(boolean, {
    flag: "demo",
    default: false,
    help: "Answer from a built-in simulator of Amazon Q; needs no login and no network.",
  }),
  ...loggingOptions,
  streamChunkSize: reloadable(integer(1, 64 * mib), {
    keys: ["performance.stream_chunk_size"],
    default: 64 * kib,
    defaultText: "65536 (64 KiB)",
    help: "Most bytes from Amazon Q that become one piece of the answer.",
  }),
  bufferMaxSize: reloadable(integer(kib, 1024 * mib), {
    keys: ["performance.buffer_max_size"],
    default: 24 * mib,
    defaultText: "25165824 (24 MiB)",
    help: "Largest single upstream event, in bytes; a larger one is an error.",
  }),
  tokenRefreshMarginSeconds: option(seconds(0, 3600), {
    keys: ["performance.token_refresh_margin_seconds"],
    default: 300,
    help: "How long before its expiry an access token is refreshed.",
  }),
  caBundle: option(path("file"), {
    env: ["AMAZONQ_CA_BUNDLE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
    keys: ["ssl.ca_bundle"],
    defaultText: "none",
    help: "PEM file of certificate authorities trusted besides the built-in ones.",
  }),
  sslVerify: option(boolean, {
    disabledBy: ["DISABLE_AMAZONQ_SSL_VERIFY", "DISABLE_OIDC_SSL_VERIFY", "DISABLE_SSL_VERIFY"],
    env: ["AMAZONQ_SSL_VERIFY", "OIDC_SSL_VERIFY"],
    keys: ["ssl.verify_oidc", "ssl.verify"],
    default: true,
    help: "Whether to verify the certificates of Amazon's servers; switch it off for debugging only.",
  }),
  anthropicVersion: option(token("version"), {
    env: ["ANTHROPIC_VERSION"],
    default: "2023-06-01",
    help: "The anthropic-version header of answers on /v1/messages.",
  }),
  bodyTimeoutSeconds: timeout("body", 60, "Time for a client to send its request body."),
  connectTimeoutSeconds: timeout("connect", 10, "Time to connect to Amazon Q."),
  firstEventTimeoutSeconds: timeout("first_event", 300, "Time until Amazon Q begins its answer."),
  streamIdleTimeoutSeconds: timeout("stream_idle", 300, "Longest silence within Amazon Q's answer."),
  oidcTimeoutSeconds: fixedTimeout("oidc", 15, "Time for one try to refresh the login."),
  slowClientTimeoutSeconds: timeout("slow_client", 120, "How long a client may read nothing from a stream."),
  drainTimeoutSeconds: fixedTimeout("drain", 10, "Time for running answers to finish at shutdown."),
  heartbeatSeconds: timeout("heartbeat", 15, "Silence after which a streamed answer sends a sign of life."),
} as const;

type ValueOf<O> = O extends Option<infer T> ? T : never;
export type OptionName = keyof typeof options;
export type OptionValues = { readonly [Name in OptionName]: ValueOf<(typeof options)[Name]> };

/** The whole configuration, checked and frozen. */
export interface Config extends OptionValues {
  /** The certificates in `caBundle`, as PEM texts; to be added to the built-in ones. */
  readonly caCertificates: readonly string[];
}

export const optionRows = Object.entries<Option>(options);

export const optionNames: readonly OptionName[] = Object.keys(options).filter(isOptionName);

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}
