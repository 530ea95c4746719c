import { dirname, join } from "node:path";
import { errorCode } from "../../error-code.ts";
import { replaceFile } from "../../files/durable-file.ts";
import { readSmallFile, type SmallFile } from "../../files/small-file.ts";
import { type JsonObject, parseJsonObject } from "../../json.ts";
import { withMembers } from "../../jsonc/members.ts";
import {
  cannotRead,
  heldGrantId,
  type LoginStore,
  type Reading,
  type RenewedLogin,
  unusable,
} from "../login.ts";
import { decodeKiroIdeLogin, registrationFile } from "./kiro-ide-login.ts";

/** The login of the Kiro IDE, in the file at `path` and the client registration beside it. */
export function createKiroIdeCache(path: string): LoginStore {
  const readings = async (): Promise<{ text: string; reading: Reading }> => {
    const file = await readSmallFile(path);
    if (file.state === "missing") return { text: "", reading: signedOut };
    if (file.state === "oversized") return { text: "", reading: unusable(file.reason) };
    if (file.state === "refused") return { text: "", reading: cannotRead(file) };
    const token = parseJsonObject(file.text);
    if (token === undefined) return { text: "", reading: unusable("it is not a JSON object") };
    const registration = await readRegistration(path, token);
    if (registration.state === "refused" && registration.mayPass)
      return { text: "", reading: cannotRead(registration) };
    const members = registration.state === "text" ? parseJsonObject(registration.text) : undefined;
    return { text: file.text, reading: decodeKiroIdeLogin(token, members) };
  };

  const writeBack: NonNullable<LoginStore["writeBack"]> = async (renewed, inPlaceOf) => {
    const { text, reading } = await readings();
    if (reading.state === "busy") return { state: "failed", reason: reading.reason };
    if (heldGrantId(reading) !== inPlaceOf) return { state: "changed" };
    try {
      const isWanted = async () => (await readings()).text === text;
      const replaced = await replaceFile(path, withMembers(text, tokenMembers(renewed)), { isWanted });
      return { state: replaced ? "written" : "changed" };
    } catch (error) {
      return { state: "failed", reason: `it cannot be written (${errorCode(error)})` };
    }
  };

  return {
    source: "Kiro IDE",
    path,
    // The registration's name is in the token's file; its appearance shows in the folder.
    files: [path, dirname(path)],
    read: async () => (await readings()).reading,
    writeBack,
  };
}

const signedOut: Reading = { state: "signed-out", reason: "there is no such file" };

async function readRegistration(tokenPath: string, token: JsonObject): Promise<SmallFile> {
  const name = registrationFile(token);
  return name === undefined ? { state: "missing" } : readSmallFile(join(dirname(tokenPath), name));
}

const tokenMembers = ({ accessToken, grant, expiresAt }: RenewedLogin) => ({
  accessToken,
  refreshToken: grant.refreshToken,
  ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
});
