import { describe, expect, test } from "bun:test";
import { Elysia } from "elysia";
import fc from "fast-check";
import { createRouteTable, pathOf } from "../../src/http/paths.ts";
import { makeServer } from "../support/server.ts";

const { routes } = makeServer().app;
const { routeAt, methodsAt } = createRouteTable(() => routes);

test.each([
  ["http://localhost/v1/models", "/v1/models"],
  ["http://localhost:8000/v1/models?a=/b", "/v1/models"],
  ["http://a/health?/v1/models", "/health"],
  ["http://a//health", "//health"],
  ["http://[::1]:8000/", "/"],
  ["http://localhost:99999/health/../x", "/health/../x"],
  ["/health?/v1/models", "/health"],
  ["http://a", "/"],
])("of %s the path is %s", (url, path) => {
  expect(pathOf({ url })).toBe(path);
});

describe("where a path leads", () => {
  /** The framework with the same routes, each of which answers with its own pattern. */
  const framework = new Elysia({ normalize: false }).onError(() => new Response(null, { status: 404 }));
  for (const { method, path } of routes) framework.route(method, path, ({ route }) => new Response(route));

  const methods = ["GET", "HEAD", "POST", "DELETE", "PATCH"] as const;
  const served = (path: string) =>
    Promise.all(
      methods.map(async (method) => {
        const answer = await framework.handle(new Request(`http://localhost${path}`, { method }));
        return { method, isServed: answer.ok, route: await answer.text() };
      }),
    );

  const odd = ["x", "", ".", "..", "%2f", "%", "é", ":id", "*", "?", "?x"];
  const step = fc.constantFrom(...routes.flatMap(({ path }) => path.split("/")), ...odd);
  const path = fc.oneof(
    fc.constantFrom(...routes.map((route) => route.path)),
    fc.array(step, { maxLength: 5 }).map((steps) => `/${steps.join("/")}`),
  );
  const ending = fc.constantFrom("", "", "/", "//", "/?", "?/");

  test("is a route that the framework takes, with the same methods", async () => {
    await fc.assert(
      fc.asyncProperty(path, ending, async (start, end) => {
        const answers = (await served(start + end)).filter(({ isServed }) => isServed);
        const known = pathOf(new Request(`http://localhost${start}${end}`));
        const wanted = new Set(answers.map(({ method }) => method));
        expect(new Set(methodsAt(known)?.split(", "))).toEqual(wanted);
        const patterns = answers.map(({ route }) => route).filter((pattern) => pattern !== "");
        if (patterns.length > 0) expect(patterns).toContain(String(routeAt(known)));
        if (wanted.size === 0) expect(routeAt(known)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
