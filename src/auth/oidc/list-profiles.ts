import { profileRegion } from "../../aws.ts";
import type { Clock } from "../../clock.ts";
import { BridgeError } from "../../errors.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../json.ts";
import { type OidcService, type PostOptions, postJson } from "./oidc-request.ts";

/** How the service is asked for profiles. */
export interface ProfileService extends Pick<OidcService, "fetch" | "userAgent" | "timeoutMs"> {
  /** Base URLs of the regions that have profiles. */
  endpoints: readonly string[];
}

const maxPages = 10;

/** A Builder ID's, which has none in any region. */
const none: readonly string[] = [];

/**
 * The ARNs of the profiles that a login may use, of all regions (ListAvailableProfiles, contract 8.2); none for an AWS
 * Builder ID. A region that does not answer is left out; rejects when no other has a profile.
 */
export async function listProfiles(
  accessToken: string,
  { endpoints, ...service }: ProfileService,
  clock: Clock,
): Promise<readonly string[]> {
  const options = {
    ...service,
    addressee: "Amazon Q",
    clock,
    authorization: `Bearer ${accessToken}`,
  } as const;
  const answers = await Promise.allSettled(
    endpoints.map((endpoint) => listRegion(`${endpoint}/ListAvailableProfiles`, options)),
  );
  const lists = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const arns = new Set(lists.flat());
  const failure = answers.find((answer) => answer.status === "rejected");
  if (failure !== undefined && arns.size === 0 && !lists.includes(none)) throw failure.reason;
  return [...arns];
}

async function listRegion(url: string, options: PostOptions): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const body = nextToken === undefined ? {} : { nextToken };
    const { status, text } = await postJson(url, body, options);
    // The answer to a Builder ID, and to a login of another region.
    if (status === 403) return text.includes("Builder ID") ? none : arns;
    if (status !== 200) throw new BridgeError("upstream", `Amazon Q did not list its profiles (${status}).`);
    const answer = parseJsonObject(text) ?? {};
    arns.push(...arnsOf(answer));
    if (typeof answer["nextToken"] !== "string" || answer["nextToken"] === "") return arns;
    nextToken = answer["nextToken"];
  }
  return arns;
}

const arnsOf = ({ profiles }: JsonObject): string[] =>
  (Array.isArray(profiles) ? profiles : [])
    .map((profile) => (isJsonObject(profile) ? profile["arn"] : undefined))
    .filter((arn) => typeof arn === "string")
    .filter((arn) => profileRegion(arn) !== undefined);
