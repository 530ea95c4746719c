import { isJsonObject, type JsonObject, parseJsonObject } from "../../json.ts";
import type { ServiceFailure } from "./catalogue.ts";

const maxBytes = 65_536;

/** Reads what an HTTP answer other than 200 says, in any of the forms of contract 4.1; at most 64 KiB of it. */
export async function readFailure(response: Response): Promise<ServiceFailure> {
  const { status, headers } = response;
  const body = parseJsonObject(await readStart(response)) ?? {};
  const error = isJsonObject(body["error"]) ? body["error"] : body;
  const type =
    headers.get("x-amzn-errortype") ?? firstText(body, "code", "__type") ?? firstText(error, "code");
  return {
    status,
    type: bareName(type ?? ""),
    reason: firstText(body, "reason") ?? "",
    message: firstText(error, "message", "Message") ?? "",
    retryAfterSeconds: retryAfterSeconds(headers),
  };
}

/** `com.amazon.aws#ValidationException:http://…` names a ValidationException. */
const bareName = (type: string): string => type.split(/[:,]/, 1)[0]?.split("#").at(-1) ?? "";

/** What has come when the answer breaks off is told by its status as well. */
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

function firstText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === "string" && value) return value;
  }
  return undefined;
}

/** `x-amz-retry-after` is in milliseconds, `retry-after` in seconds or a date, which is read by the service's own clock. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const wish = headers.get("retry-after") ?? "";
  const found = [
    Number(headers.get("x-amz-retry-after") ?? Number.NaN) / 1000,
    Number(wish || Number.NaN),
    (Date.parse(wish) - Date.parse(headers.get("date") ?? "")) / 1000,
  ];
  return found.find((seconds) => seconds > 0 && seconds < Number.POSITIVE_INFINITY);
}
