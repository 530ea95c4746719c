import { canary } from "./taint.ts";

/** A login of this run's own, as `amazonq_credentials.json` has it. */
export const canaryLogin = () => ({
  client_id: "client",
  client_secret: canary(),
  refresh_token: canary("aor"),
  access_token: canary("aoa"),
  expires_at: "2100-01-01T00:00:00.000Z",
});

const codesOf = (text: string) => [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, "0"));
const codes = (text: string, mark: string) =>
  codesOf(text)
    .map((code) => mark + code)
    .join("");

/** Ways in which a service may give a secret back. */
export const echoes: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "without its beginning": (secret) => secret.slice(9),
  "without its end": (secret) => secret.slice(0, -9),
  "six characters of it": (secret) => `…${secret.slice(20, 26)}…`,
  "as a header": (secret) => `Authorization: Bearer ${secret}`,
  "in base64": (secret) => btoa(secret),
  "in base64 with what stood before it": (secret) => btoa(`Bearer ${secret}`),
  "in base64url": (secret) => Buffer.from(`~~~${secret}`).toString("base64url"),
  "in percent signs": (secret) => codes(secret, "%"),
  "in JSON's escapes": (secret) => codes(secret, "\\u00"),
  "in JSON": (secret) => JSON.stringify({ headers: { authorization: secret } }),
  "at the end of a long text": (secret) => `${"x".repeat(1990)} ${secret}`,
};
