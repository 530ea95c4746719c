import type { Clock } from "../clock.ts";
import { BridgeError } from "../errors.ts";
import { isJsonObject, parseExactly } from "../json.ts";
import { late, within } from "./alarm.ts";
import { jsonFaultAt } from "./json-fault.ts";

export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
  clock: Clock;
  /** Told at about each MiB how much has come of a body of unannounced length; throws when there is no room for more. */
  onGrowth?: (bytes: number) => void;
}

/** How much a body grows before `onGrowth` is told. */
const growthBytes = 1024 * 1024;
const maxDepth = 128;
/** Names, objects and arrays, which take longest by far to build: a million names take half a second. */
const maxParts = 1_000_000;
/** Far more than any conversation has; to read so many exactly takes a tenth of a second. */
const maxExactValues = 200_000;

/** Reads a JSON body within limits of type, size, time and depth, each with a BridgeError of its own that repeats nothing of the body. */
export async function readJson(
  request: Request,
  { maxBytes, timeoutMs, clock, onGrowth = () => {} }: BodyLimits,
): Promise<unknown> {
  requireJson(request.headers);
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await within(clock, timeoutMs, readBytes(request, maxBytes, onGrowth));
  if (bytes === late) throw tooLate();
  const values = refuseMonsters(bytes);
  return values > maxExactValues ? parse(bytes, JSON.parse) : withSettings(parse(bytes, parseExactly));
}

/** Only JSON: forms and plain text are what a foreign web page can post without a preflight. */
function requireJson(headers: Headers): void {
  const [type, ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const isPlain = /^(identity)?$/i.test(headers.get("content-encoding") ?? "");
  if (type?.trim() === "application/json" && isUtf8 && isPlain) return;
  throw new BridgeError(
    "unsupported-media-type",
    "Send the body as `content-type: application/json` in UTF-8, not compressed.",
    { code: "unsupported_content_type" },
  );
}

async function readBytes(
  request: Request,
  maxBytes: number,
  onGrowth: (bytes: number) => void,
): Promise<Uint8Array> {
  if (request.headers.has("content-length")) return request.bytes();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let told = 0;
  // The rest of a body that is too large stays unread, for `lingering` to discard.
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
    if (length - told < growthBytes) continue;
    onGrowth(length);
    told = length;
  }
  return new Uint8Array(Buffer.concat(chunks, length));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parse(bytes: Uint8Array, parseText: (text: string) => unknown): unknown {
  try {
    return parseText(decode(bytes));
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    throw invalid("invalid_json", `The request body stops being valid JSON at byte ${jsonFaultAt(bytes)}.`);
  }
}

/** The body's own members are settings, to count with; what they hold is passed on. */
function withSettings(body: unknown): unknown {
  if (!isJsonObject(body) || !Object.values(body).some(JSON.isRawJSON)) return body;
  const settings = Object.entries(body).map(([name, value]) => [
    name,
    JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : value,
  ]);
  return Object.fromEntries(settings);
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid("invalid_json", "The request body is not valid UTF-8.");
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;

/**
 * Checks the bytes before they are parsed: parsing such a body would block the event loop for seconds. Returns about how
 * many values there are.
 */
function refuseMonsters(bytes: Uint8Array): number {
  let depth = 0;
  let parts = 0;
  let separators = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) index = closingQuote(bytes, index);
    else if (byte === colon) parts++;
    else if (byte === comma) separators++;
    else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      parts++;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    if (depth > maxDepth)
      throw invalid("body_too_deep", `The request body nests deeper than ${maxDepth} levels.`);
    if (parts > maxParts)
      throw invalid(
        "invalid_value",
        `The request body has more than ${maxParts} members, objects and arrays.`,
      );
  }
  return parts + separators;
}

function closingQuote(bytes: Uint8Array, open: number): number {
  let end = open;
  do {
    end = bytes.indexOf(quote, end + 1);
    if (end === -1) return bytes.length;
  } while (isEscaped(bytes, end));
  return end;
}

function isEscaped(bytes: Uint8Array, index: number): boolean {
  let first = index;
  while (bytes[first - 1] === backslash) first--;
  return (index - first) % 2 === 1;
}

const invalid = (code: string, message: string) => new BridgeError("invalid-request", message, { code });

const tooLate = () =>
  new BridgeError("request-timeout", "The request body did not arrive in time; send it again.", {
    code: "body_timeout",
  });

const tooLarge = (maxBytes: number) =>
  new BridgeError(
    "too-large",
    `The request body is larger than ${maxBytes} bytes; shorten the conversation.`,
    {
      code: "request_too_large",
    },
  );
