import { wrapper } from "../request/wrapped-arguments.ts";

/** The arguments of one call as they come, without the wrapping for the service; unwrapped ones pass unchanged. */
export interface UnwrappedArguments {
  /** What can be passed on now. */
  push(json: string): string;
  /** What was held back and turned out not to be a wrapping. */
  rest(): string;
}

const start = `{"${wrapper}":{`;
const opening = new RegExp(`^\\s*\\{\\s*"${wrapper}"\\s*:\\s*(?=\\{)`);

export function createUnwrappedArguments(): UnwrappedArguments {
  let place: "start" | "inside" | "behind" | "bare" = "start";
  let held = "";
  let spelled = "";
  let depth = 0;
  let isInText = false;
  let isEscaped = false;

  const begin = (piece: string): string => {
    held += piece;
    spelled += piece.replaceAll(/\s/g, "");
    if (spelled !== start && start.startsWith(spelled)) return "";
    const prefix = opening.exec(held)?.[0];
    const json = held.slice(prefix?.length ?? 0);
    held = "";
    place = prefix === undefined ? "bare" : "inside";
    return prefix === undefined ? json : inside(json);
  };

  /** The arguments end with their object; what follows only closes the wrapping. */
  const inside = (json: string): string => {
    for (let index = 0; index < json.length; index++) {
      look(json[index]);
      if (depth === 0) {
        place = "behind";
        return json.slice(0, index + 1);
      }
    }
    return json;
  };

  const look = (letter: string | undefined) => {
    if (isEscaped) isEscaped = false;
    else if (isInText && letter === "\\") isEscaped = true;
    else if (letter === '"') isInText = !isInText;
    else if (isInText) return;
    else if (letter === "{" || letter === "[") depth++;
    else if (letter === "}" || letter === "]") depth--;
  };

  return {
    push(json) {
      if (place === "bare") return json;
      if (place === "behind") return "";
      if (place === "inside") return inside(json);
      return begin(json);
    },
    rest() {
      const json = held;
      held = "";
      return json;
    },
  };
}
