import { defaultRegion, isRegion, profileRegion } from "../../aws.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import {
  isToken,
  type Login,
  type Origin,
  parseGrant,
  parseInstant,
  parseToken,
  type Reading,
  unusable,
} from "../login.ts";
import { loginKinds, loginSources } from "../token-source.ts";

/** Our spelling first; the others are read, and replaced by it when the file is written. */
const spellings = {
  clientId: ["client_id", "clientId"],
  clientSecret: ["client_secret", "clientSecret"],
  refreshToken: ["refresh_token", "refreshToken"],
  accessToken: ["access_token", "accessToken"],
  profileArn: ["profile_arn", "profileArn"],
  region: ["region"],
  expiresAt: ["expires_at", "expiresAt", "token_expiry", "tokenExpiry"],
  expiresIn: ["expires_in", "expiresIn"],
  authMethod: ["auth_method", "authMethod"],
  refreshedFrom: ["refreshed_from"],
  startUrl: ["start_url", "startUrl"],
  clientEndsAt: ["client_secret_expires_at", "clientSecretExpiresAt"],
} as const;
type Member = keyof typeof spellings;

/** Also that of a file without the member `version`. */
const knownVersion = 1;

/** A login of a newer version is used as it is, neither refreshed nor replaced. */
export const isOfNewerVersion = ({ version }: JsonObject): boolean =>
  typeof version === "number" && version > knownVersion;

export const newerVersion = "a newer version of aqbridge wrote it";

const textual = ["clientId", "clientSecret", "refreshToken", "accessToken", "profileArn", "region"] as const;

/** The login in the members of `amazonq_credentials.json`; `writtenAt` is what a bare `expires_in` counts from. */
export function decodeCredentials(file: JsonObject, writtenAt: Date): Reading {
  const member = (name: Member): JsonValue | undefined => find(file, name);
  const wrong = textual.find((name) => member(name) !== undefined && !isToken(member(name)));
  if (wrong !== undefined)
    return unusable(`its ${spellings[wrong][0]} is too long, or not a text without spaces`);
  const region = parseToken(member("region")) ?? defaultRegion;
  if (!isRegion(region)) return unusable("its region is not an AWS region");
  const profileArn = parseToken(member("profileArn"));
  if (profileArn !== undefined && profileRegion(profileArn) === undefined)
    return unusable("its profile_arn is not the ARN of a profile");
  const kind = loginKinds.find((each) => each === member("authMethod"));
  const grant = parseGrant({
    kind,
    region,
    refreshToken: member("refreshToken"),
    clientId: member("clientId"),
    clientSecret: member("clientSecret"),
    clientEndsAt: member("clientEndsAt"),
  });
  const accessToken = parseToken(member("accessToken"));
  const isNewer = isOfNewerVersion(file);
  if (grant === undefined && accessToken === undefined) return withoutLogin(member);
  if (isNewer && accessToken === undefined) return unusable(newerVersion);
  const login: Login = {
    source: "own file",
    kind,
    accessToken,
    expiresAt: parseInstant(member("expiresAt")) ?? afterSeconds(member("expiresIn"), writtenAt),
    grant: isNewer ? undefined : grant,
    region,
    startUrl: parseToken(member("startUrl")),
    profileArn,
    refreshedFrom: decodeOrigin(member("refreshedFrom")),
  };
  return { state: "login", login };
}

/** The file with this whole login in place of the one it held; members that belong to no login stay. */
export function encodeCredentials(file: JsonObject, login: Login): JsonObject {
  const known = new Set<string>(Object.values(spellings).flat());
  const others = Object.entries(file).filter(([name]) => !known.has(name));
  const { grant, refreshedFrom } = login;
  return {
    ...Object.fromEntries(others),
    client_id: grant?.clientId,
    client_secret: grant?.clientSecret,
    refresh_token: grant?.refreshToken,
    access_token: login.accessToken,
    expires_at: login.expiresAt?.toISOString(),
    region: login.region,
    start_url: login.startUrl,
    client_secret_expires_at: grant?.clientEndsAt?.toISOString(),
    profile_arn: login.profileArn,
    auth_method: login.kind,
    refreshed_from: refreshedFrom && { source: refreshedFrom.source, grants: refreshedFrom.grantIds },
  };
}

/** The original program's helper writes an empty text for what is missing. */
function find(file: JsonObject, name: Member): JsonValue | undefined {
  const spelling = spellings[name].find((candidate) => file[candidate] != null && file[candidate] !== "");
  return spelling === undefined ? undefined : file[spelling];
}

function withoutLogin(member: (name: Member) => JsonValue | undefined): Reading {
  const needed = ["clientId", "clientSecret", "refreshToken"] as const;
  const missing = needed.filter((name) => !member(name));
  if (missing.length === needed.length) return { state: "signed-out", reason: "it holds no login" };
  return unusable(`it lacks ${missing.map((name) => spellings[name][0]).join(" and ")}`);
}

const afterSeconds = (seconds: JsonValue | undefined, start: Date): Date | null =>
  typeof seconds === "number" && seconds > 0 && seconds < 1e8
    ? new Date(start.getTime() + seconds * 1000)
    : null;

function decodeOrigin(value: JsonValue | undefined): Origin | undefined {
  if (!isJsonObject(value)) return undefined;
  const { source, grants } = value;
  const known = loginSources.find((each) => each === source);
  if (known === undefined || !Array.isArray(grants)) return undefined;
  return { source: known, grantIds: grants.filter((id) => typeof id === "string") };
}
