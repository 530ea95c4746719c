import { BridgeError } from "../../errors.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import type { ServiceFailure } from "./catalogue.ts";

const maxBytes = 65_536;

/** Reads what an HTTP answer other than 200 says, in any of the forms of contract 4.1; at most 64 KiB of it. */
export async function readFailure(response: Response): Promise<ServiceFailure> {
  const { status, headers } = response;
  const body = jsonObject(await readStart(response));
  const error = isJsonObject(body["error"]) ? body["error"] : body;
  const type =
    headers.get("x-amzn-errortype") ?? firstText(body, "code", "__type") ?? firstText(error, "code");
  const seconds = Number(headers.get("retry-after") ?? undefined);
  return {
    status,
    type: bareName(type ?? ""),
    reason: firstText(body, "reason") ?? "",
    message: firstText(error, "message", "Message") ?? "",
    retryAfterSeconds: seconds > 0 ? seconds : undefined,
  };
}

/** `com.amazon.aws#ValidationException:http://…` names a ValidationException. */
const bareName = (type: string): string => type.split(/[:,]/, 1)[0]?.split("#").at(-1) ?? "";

async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString();
}

function jsonObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function firstText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === "string" && value) return value;
  }
  return undefined;
}

/** What the runtime throws when an answer does not even begin, by its code; a failure of TLS is never retried. */
export function connectionFailure(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const code = codeOf(error);
  const cause = new Error(`connection: ${code}`);
  if (tlsCodes.test(code)) {
    const message = `Amazon Q's certificate was not accepted (${code}); behind a TLS proxy name its authority in AMAZONQ_CA_BUNDLE.`;
    return new BridgeError("unreachable", message, { code: "upstream_tls_error", cause });
  }
  if (/PROXY/i.test(code)) {
    return new BridgeError(
      "unreachable",
      `The HTTP proxy refused the connection to Amazon Q (${code}); check HTTPS_PROXY.`,
      {
        code: "proxy_error",
        cause,
      },
    );
  }
  if (code === "UnexpectedRedirect") {
    return new BridgeError(
      "protocol",
      "Amazon Q's address answers with a redirect, which is not followed; check AMAZONQ_ENDPOINT.",
      {
        cause,
      },
    );
  }
  return new BridgeError(
    "unreachable",
    `Amazon Q cannot be reached (${code}); check the network and try again.`,
    {
      code: "upstream_unreachable",
      retryAfterSeconds: 1,
      cause,
    },
  );
}

const tlsCodes = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME|SSL|TLS|EPROTO/;

/** The runtime's name for what went wrong with a connection. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
};
