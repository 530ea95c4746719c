import { Value } from "@sinclair/typebox/value";
import type { AccessToken, TokenSource } from "../auth/token-source.ts";
import { BridgeError } from "../errors.ts";
import type { Fetch } from "../http/fetch.ts";
import { parseJsonObject } from "../json.ts";
import type { Mask } from "../secrets/secrets.ts";
import { origin } from "./endpoint.ts";
import { listedModel, ModelPage } from "./listed-model.ts";
import { classify } from "./response/exceptions.ts";
import { readFailure } from "./response/failure.ts";
import { send } from "./send.ts";
import type { ServiceModel } from "./service-model.ts";

export interface ListingOptions {
  fetch: Fetch;
  tokens: Pick<TokenSource, "get">;
  /** Base URL that serves a profile; undefined stands for a login without one. */
  endpoint: (profileArn: string | undefined) => string;
  userAgent: string;
  /** Takes out of what the service says what must not be seen. */
  mask: Mask;
  /** Overrides the login's own profile. */
  profileArn: string | undefined;
}

const maxPages = 10;
const maxPageBytes = 1024 * 1024;

/** ListAvailableModels (contract 7.3): at least one model, the service's own choice first. Entries that are none are left out. */
export async function listAvailableModels(
  options: ListingOptions,
  signal: AbortSignal,
): Promise<readonly ServiceModel[]> {
  const token = await options.tokens.get(signal);
  const models = new Map<string, ServiceModel>();
  let nextToken: string | null | undefined;
  let pages = 0;
  do {
    const page = await readPage(options, token, nextToken, signal);
    for (const entry of [page.defaultModel, ...page.models]) {
      const model = listedModel(entry);
      if (model) models.set(model.id, model);
    }
    nextToken = page.nextToken;
    pages++;
  } while (nextToken && pages < maxPages);
  if (models.size === 0) throw notAList;
  return [...models.values()];
}

async function readPage(
  { fetch, endpoint, userAgent, ...options }: ListingOptions,
  token: AccessToken,
  nextToken: string | null | undefined,
  signal: AbortSignal,
): Promise<ModelPage> {
  const profileArn = options.profileArn ?? token.profileArn;
  const query = new URLSearchParams({
    origin,
    ...(profileArn && { profileArn }),
    ...(nextToken && { nextToken }),
  });
  const response = await send(fetch, `${endpoint(profileArn)}/ListAvailableModels?${query}`, {
    headers: {
      accept: "application/json",
      "accept-encoding": "identity",
      authorization: `Bearer ${token.value}`,
      "user-agent": userAgent,
      ...(token.type && { tokentype: token.type }),
    },
    signal,
  });
  if (response.status !== 200) throw await failureOf(response, options.mask);
  const page = parseJsonObject(await readText(response));
  if (Value.Check(ModelPage, page)) return page;
  throw notAList;
}

const failureOf = async (response: Response, mask: Mask) =>
  classify(await readFailure(response), { mask, inputTokens: 0, contextWindow: 0 });

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxPageBytes) throw notAList;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const notAList = new BridgeError(
  "protocol",
  "Amazon Q's answer to ListAvailableModels is no list of models.",
);
