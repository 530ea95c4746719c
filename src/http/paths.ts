/** Read from the text: an odd Host header makes a URL that the platform refuses to parse, or that is only a path. */
export const pathOf = ({ url }: Pick<Request, "url">): string =>
  /^(?:https?:\/\/[^/]*)?(\/[^?]*)/.exec(url)?.[1] ?? "/";

/** As the framework lists it. */
interface ListedRoute {
  method: string;
  path: string;
}

/** What the framework's routes make of a path. */
export interface RouteTable {
  /** The pattern that the path matches; undefined when it matches none. */
  routeAt(path: string): string | undefined;
  /** The methods that the path has routes for, HEAD with every GET; undefined when there are none. */
  methodsAt(path: string): string | undefined;
}

export function createRouteTable(routes: () => readonly ListedRoute[]): RouteTable {
  const own = new Set<string>();
  const routesAt = (path: string) => {
    const steps = stepsOf(path);
    return routes().filter((route) => leadsTo(route.path.split("/"), steps));
  };

  return {
    // A path that is a route's own is looked up once: searching all routes is most of the cost of an arrival.
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

/** The framework ignores a slash at the end. */
const stepsOf = (path: string): readonly string[] => path.replace(/(?<=[^/])\/$/, "").split("/");

/** The framework's patterns: a name stands for one step of the path, a star for the rest. */
const leadsTo = (pattern: readonly string[], steps: readonly string[]): boolean =>
  pattern.every(
    (step, index) => step === "*" || step === steps[index] || (step.startsWith(":") && !!steps[index]),
  ) &&
  (pattern.at(-1) === "*" || pattern.length === steps.length);
