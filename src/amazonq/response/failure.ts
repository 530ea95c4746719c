import { isJsonObject, type JsonObject, parseJsonObject } from "../../json.ts";
import type { ServiceFailure } from "./service-failure.ts";

const maxBytes = 65_536;

/** Reads at most 64 KiB of an unsuccessful HTTP answer, in any of the forms of contract 4.1. */
export async function readFailure(response: Response): Promise<ServiceFailure> {
  const { status, headers } = response;
  const body = parseJsonObject(await readStart(response)) ?? {};
  const error = isJsonObject(body["error"]) ? body["error"] : body;
  const type =
    headers.get("x-amzn-errortype") || firstText(body, "code", "__type") || firstText(error, "code");
  return {
    status,
    type: bareName(type),
    reason: firstText(body, "reason"),
    message: firstText(error, "message", "Message"),
    retryAfterSeconds: retryAfterSeconds(headers),
  };
}

/** `com.amazon.aws#ValidationException:http://…` names a ValidationException. */
const bareName = (type: string): string => type.split(/[:,]/, 1)[0]?.split("#").at(-1) ?? "";

/** An answer that breaks off is still known by its status. */
async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {}
  return Buffer.concat(chunks).subarray(0, maxBytes).toString();
}

/** The first of these members that is a non-empty text; empty when none is. */
export const firstText = (object: JsonObject, ...names: readonly string[]): string =>
  names
    .map((name) => object[name])
    .filter((value) => typeof value === "string")
    .find((text) => text !== "") ?? "";

/** `x-amz-retry-after` is in milliseconds, `retry-after` in seconds or a date, which is compared with the service's clock. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const wish = headers.get("retry-after") ?? "";
  const found = [
    Number(headers.get("x-amz-retry-after") ?? Number.NaN) / 1000,
    Number(wish || Number.NaN),
    (Date.parse(wish) - Date.parse(headers.get("date") ?? "")) / 1000,
  ];
  return found.find((seconds) => seconds > 0 && seconds < Number.POSITIVE_INFINITY);
}
