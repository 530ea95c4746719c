import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { BridgeError } from "../../src/errors.ts";
import { invalidBody } from "../../src/http/validation.ts";

/** Decodes as a route does: a body must satisfy the schema first. */
export function decodeWith<Request extends TSchema, Decoded>(
  schema: Request,
  decode: (request: Request["static"]) => Decoded,
) {
  return (body: unknown): Decoded => {
    if (!Value.Check(schema, body)) throw invalidBody(Value.Errors(schema, body));
    return decode(body);
  };
}

/** The failure that a body is refused with. */
export function refusalOf(decode: (body: unknown) => unknown, body: unknown): BridgeError {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error("The body was not refused.");
}

/** A text in a body, which no answer may repeat. */
export const canary = "canary-7d1f";
