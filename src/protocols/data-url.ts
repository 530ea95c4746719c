import { BridgeError } from "../errors.ts";

/** The bytes in a data URL, still in base64; `what` names them in errors. */
export function decodeDataUrl(url: string, param: string, what: string): { mediaType: string; data: string } {
  const comma = url.indexOf(",");
  const head = url.slice(0, Math.max(comma, 0));
  if (!/^data:[^,]*;base64$/i.test(head)) throw remoteMedia(param, what, "a base64 data URL");
  return { mediaType: head.slice("data:".length).split(";", 1)[0] ?? "", data: url.slice(comma + 1) };
}

/** R48: the service takes bytes only, and fetching URLs would let requests reach into the user's network. */
export const remoteMedia = (param: string, what: string, form: string) =>
  new BridgeError(
    "invalid-request",
    `${param}: send the ${what} as ${form}; the bridge does not fetch URLs or files.`,
    { code: "invalid_value", param },
  );
