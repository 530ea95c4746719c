/** Read off the text: an odd Host header makes the URL one that the platform refuses to parse, or leaves only its path. */
export const pathOf = ({ url }: Pick<Request, "url">): string =>
  /^(?:https?:\/\/[^/]*)?(\/[^?]*)/.exec(url)?.[1] ?? "/";

/** As the framework lists it. */
export interface ListedRoute {
  method: string;
  path: string;
}

/** What the framework's routes make of a path. */
export interface RouteTable {
  /** The pattern that the path fits; undefined when it fits none. */
  routeAt(path: string): string | undefined;
  /** The methods for which there is a route at the path, HEAD with every GET; undefined when there is none at all. */
  methodsAt(path: string): string | undefined;
}

export function createRouteTable(routes: () => readonly ListedRoute[]): RouteTable {
  const own = new Set<string>();
  const routesAt = (path: string) => {
    const steps = stepsOf(path);
    return routes().filter((route) => leadsTo(route.path.split("/"), steps));
  };

  return {
    // Looked for once where the path is a route's own; looking through all of them is most of what an arrival costs.
    routeAt(path) {
      if (own.has(path)) return path;
      const found = routesAt(path)[0]?.path;
      if (found === path) own.add(path);
      return found;
    },
    methodsAt(path) {
      const methods = routesAt(path).flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
      return [...new Set(methods)].join(", ") || undefined;
    },
  };
}

/** The framework forgives a slash at the end. */
const stepsOf = (path: string): readonly string[] => path.replace(/(?<=[^/])\/$/, "").split("/");

/** The framework's patterns: a name for one step of the path, a star for the rest of it. */
const leadsTo = (pattern: readonly string[], steps: readonly string[]): boolean =>
  pattern.every(
    (step, index) => step === "*" || step === steps[index] || (step.startsWith(":") && !!steps[index]),
  ) &&
  (pattern.at(-1) === "*" || pattern.length === steps.length);
