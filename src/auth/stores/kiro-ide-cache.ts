import { dirname, join } from "node:path";
import { defaultRegion, isRegion } from "../../aws.ts";
import { errorCode } from "../../error-code.ts";
import { replaceFile } from "../../files/durable-file.ts";
import { readSmallFile, type SmallFile } from "../../files/small-file.ts";
import { type JsonObject, parseJsonObject } from "../../json.ts";
import { withMembers } from "../../jsonc/members.ts";
import {
  cannotRead,
  heldGrantId,
  isToken,
  type Login,
  type LoginStore,
  parseGrant,
  parseInstant,
  parseProfileArn,
  parseToken,
  type Reading,
  type RenewedLogin,
  unusable,
} from "../login.ts";
import type { LoginKind } from "../token-source.ts";

/** The login of the Kiro IDE in the file at `path` and the client registration beside it. */
export function createKiroIdeCache(path: string): LoginStore {
  const readBoth = async (): Promise<{ reading: Reading; text?: string }> => {
    const file = await readSmallFile(path);
    if (file.state === "missing")
      return { reading: { state: "signed-out", reason: "there is no such file" } };
    if (file.state === "oversized") return { reading: unusable(file.reason) };
    if (file.state === "refused") return { reading: cannotRead(file) };
    const token = parseJsonObject(file.text);
    if (token === undefined) return { reading: unusable("it is not a JSON object") };
    const registration = await readRegistration(path, token);
    if (registration.state === "refused" && registration.mayPass)
      return { reading: cannotRead(registration) };
    const members = registration.state === "text" ? parseJsonObject(registration.text) : undefined;
    return { reading: decodeKiroIdeLogin(token, members), text: file.text };
  };

  const writeBack: NonNullable<LoginStore["writeBack"]> = async (renewed, inPlaceOf) => {
    const { reading, text = "" } = await readBoth();
    if (reading.state === "busy") return { state: "failed", reason: reading.reason };
    if (heldGrantId(reading) !== inPlaceOf) return { state: "changed" };
    try {
      const isWanted = async () => (await readBoth()).text === text;
      const replaced = await replaceFile(path, withMembers(text, tokenMembers(renewed)), { isWanted });
      return { state: replaced ? "written" : "changed" };
    } catch (error) {
      return { state: "failed", reason: `it cannot be written (${errorCode(error)})` };
    }
  };

  return {
    source: "Kiro IDE",
    path,
    // The registration's name is in the token's file; the folder changes when it appears.
    files: [path, dirname(path)],
    read: async () => (await readBoth()).reading,
    writeBack,
  };
}

/** The client registration, in the file that the token names. */
async function readRegistration(tokenPath: string, { clientIdHash }: JsonObject): Promise<SmallFile> {
  const isName = typeof clientIdHash === "string" && /^[\da-zA-Z]{8,128}$/.test(clientIdHash);
  return isName ? readSmallFile(join(dirname(tokenPath), `${clientIdHash}.json`)) : { state: "missing" };
}

const tokenMembers = ({ accessToken, grant, expiresAt }: RenewedLogin) => ({
  accessToken,
  refreshToken: grant.refreshToken,
  ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
});

/** Genuine refresh tokens are longer; a shorter one was cut by a terminal or an editor. */
const shortestRefreshToken = 100;

/** The login in the Kiro IDE's two files (contract 6.3). */
function decodeKiroIdeLogin(token: JsonObject, registration: JsonObject | undefined): Reading {
  const { refreshToken, region = defaultRegion } = token;
  if (isToken(refreshToken) && isCut(refreshToken)) return unusable("its refreshToken is cut short");
  if (typeof region !== "string" || !isRegion(region)) return unusable("its region is not an AWS region");
  const kind = kindOf(token);
  const { clientId, clientSecret, expiresAt: clientEndsAt } = registration ?? {};
  const grant = parseGrant({ kind, region, refreshToken, clientId, clientSecret, clientEndsAt });
  const accessToken = parseToken(token["accessToken"]);
  if (accessToken === undefined && grant === undefined)
    return unusable("it holds neither an access token nor what a refresh needs");
  const login: Login = {
    source: "Kiro IDE",
    kind,
    accessToken,
    expiresAt: parseInstant(token["expiresAt"]),
    grant,
    region,
    profileArn: parseProfileArn(token["profileArn"]),
  };
  return { state: "login", login };
}

const isCut = (token: string): boolean => token.length < shortestRefreshToken || token.includes("...");

function kindOf({ authMethod, provider }: JsonObject): LoginKind | undefined {
  if (typeof authMethod === "string" && authMethod.toLowerCase() === "social") return "social";
  if (provider === "BuilderId") return "builder-id";
  return provider === "Enterprise" ? "identity-center" : undefined;
}
