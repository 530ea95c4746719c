import type { Surroundings } from "../base-folder.ts";

/** Marks text for a terminal; leaves it as it is where colours are off. */
type Mark = (text: string) => string;

export interface Style {
  bold: Mark;
  dim: Mark;
  red: Mark;
  green: Mark;
  yellow: Mark;
}

const plain: Mark = (text) => text;

export const plainStyle: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };

/** Colours only on a terminal that has them, and not where NO_COLOR asks for none (no-color.org). */
export function createStyle(isTerminal: boolean, { environment }: Pick<Surroundings, "environment">): Style {
  if (!isTerminal || environment["NO_COLOR"] || environment["TERM"] === "dumb") return plainStyle;
  return {
    bold: marked(1, 22),
    dim: marked(2, 22),
    red: marked(31, 39),
    green: marked(32, 39),
    yellow: marked(33, 39),
  };
}

const marked =
  (on: number, off: number): Mark =>
  (text) =>
    `\x1b[${on}m${text}\x1b[${off}m`;
