import { wrapper } from "../request/wrapped-arguments.ts";

/** The arguments of one call as they come, without what they were wrapped in for the service; any others as they are. */
export interface UnwrappedArguments {
  /** What can be passed on now. */
  push(json: string): string;
  /** What has been held and turns out to be no wrapping. */
  rest(): string;
}

const start = `{"${wrapper}":{`;
const opening = new RegExp(`^\\s*\\{\\s*"${wrapper}"\\s*:\\s*(?=\\{)`);

export function createUnwrappedArguments(): UnwrappedArguments {
  let place: "start" | "inside" | "behind" | "bare" = "start";
  let held = "";
  let depth = 0;
  let isInText = false;
  let isEscaped = false;

  const begin = (): string => {
    const prefix = opening.exec(held)?.[0];
    if (prefix === undefined && start.startsWith(held.replaceAll(/\s/g, ""))) return "";
    const json = held.slice(prefix?.length ?? 0);
    held = "";
    place = prefix === undefined ? "bare" : "inside";
    return prefix === undefined ? json : inside(json);
  };

  /** Up to the end of the object; what stands behind it only ends the wrapping. */
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
      held += json;
      return begin();
    },
    rest() {
      const json = held;
      held = "";
      return json;
    },
  };
}
