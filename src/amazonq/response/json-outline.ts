import { parseJsonObject } from "../../json.ts";

/** JSON that comes in pieces: as much of it is kept as it takes to tell whether it is whole. */
export interface JsonOutline {
  push(piece: string): void;
  readonly isEmpty: boolean;
  /** Whether it is an object, and nothing else. */
  readonly isObject: boolean;
}

/** A text's beginning or end, an escape, or a run of what can stand in a text. */
const parts = /"|\\(?:u[^"\\]{0,4}|[^u])?|[^"\\\p{Cc}]+/gu;
/** Nearly no call is as long, so that nearly none is looked through. */
const many = 16_384;

/**
 * Leaves out what stands in texts, of which a large call consists; what may make them invalid is kept. It looks at
 * `atOnce` characters or more at a time, and keeps them until then.
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
    // An escape that the next piece may go on with.
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
