import { parseJsonObject } from "../../json.ts";

/** Keeps only as much of a JSON text in pieces as it takes to tell whether the text is valid. */
export interface JsonOutline {
  push(piece: string): void;
  readonly isEmpty: boolean;
  /** Whether the whole text is a JSON object. */
  readonly isObject: boolean;
}

/** A quote, an escape, or a run of characters that a string may contain. */
const parts = /"|\\(?:u[^"\\]{0,4}|[^u])?|[^"\\\p{Cc}]+/gu;
/** Hardly any call is longer, so that hardly any has to be scanned. */
const many = 16_384;

/**
 * Leaves out the contents of strings, which make up most of a large call, except what may make them invalid. It scans
 * `atOnce` characters or more at a time and keeps them until then.
 */
export function createJsonOutline(atOnce = many): JsonOutline {
  let outline = "";
  let unread = "";
  let isInText = false;

  const outlined = (part: string, at: number, whole: string): string => {
    if (part === '"') isInText = !isInText;
    if (part === '"' || !isInText) return part;
    if (!part.startsWith("\\")) return "";
    if (at + part.length < whole.length) return part;
    // An escape that the next piece may continue.
    unread = part;
    return "";
  };

  const readOn = () => {
    const read = unread;
    unread = "";
    outline += read.replace(parts, outlined);
  };

  return {
    push(piece) {
      unread += piece;
      if (unread.length >= atOnce) readOn();
    },
    get isEmpty() {
      return outline === "" && unread === "";
    },
    get isObject() {
      return parseJsonObject(outline + unread) !== undefined;
    },
  };
}
