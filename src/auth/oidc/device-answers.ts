import { Type } from "@sinclair/typebox";
import { open, optional } from "../../http/schema.ts";

// What is stored or sent as a header, and what is shown on a terminal, holds no blanks and no control characters.
const token = Type.String({ pattern: "^[\\x21-\\x7e]+$" });
const page = Type.String({ pattern: "^https://[\\x21-\\x7e]+$", maxLength: 2_000 });
const seconds = Type.Number({ exclusiveMinimum: 0, maximum: 1e10 });

/** The answer of `/client/register` (contract 6.5). */
export const Registration = open({
  clientId: token,
  clientSecret: token,
  /** Seconds since the epoch; 0 for a secret that does not expire. */
  clientSecretExpiresAt: optional(Type.Number({ minimum: 0, maximum: 1e10 })),
});

/** The answer of `/device_authorization`. */
export const Authorization = open({
  deviceCode: token,
  userCode: Type.String({ pattern: "^[A-Za-z0-9-]{1,40}$" }),
  verificationUri: page,
  verificationUriComplete: optional(page),
  expiresIn: seconds,
  interval: optional(Type.Number({ minimum: 0, maximum: 60 })),
});

/** The answer of `/token` to a device code. */
export const IssuedTokens = open({ accessToken: token, refreshToken: token, expiresIn: seconds });
