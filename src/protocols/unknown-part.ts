import { BridgeError } from "../errors.ts";

/** Bytes as clients put them in JSON: base64, by itself or in a data URL. */
const bytes = /^(data:[^,]{0,200},)?[\w+/-]{400,}={0,2}$/;

/** Something of an unknown kind, in words for the model, so that nothing but bytes is lost. */
export const describeUnknown = (part: { type: string }): string =>
  inWords(part, () => "(bytes that cannot be shown)");

/** As `describeUnknown`, for what users attach: bytes are refused, as the model would see nothing of them. */
export const describeAttached = (part: { type: string }, path: string): string =>
  inWords(part, () => {
    throw unknownAttachment(path);
  });

function inWords(part: { type: string }, showBytes: () => string): string {
  const show = (name: string, value: unknown) => {
    // Clients move their marks on; the words for what they have sent before must stay the same.
    if (name === "cache_control") return undefined;
    return typeof value === "string" && bytes.test(value) ? showBytes() : value;
  };
  return `[${part.type}] ${JSON.stringify(part, show)}`;
}

const unknownAttachment = (param: string) =>
  refusedPart(param, "The bridge cannot pass on attachments of this kind; send text, images or documents.");

export const noAudio = (param: string) =>
  refusedPart(param, "Amazon Q does not take audio; send text or images.");

const refusedPart = (param: string, message: string) =>
  new BridgeError("invalid-request", `${param}: ${message}`, { code: "invalid_value", param });
