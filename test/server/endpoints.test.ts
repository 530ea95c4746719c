import { describe, expect, test } from "bun:test";
import { makeServer } from "../support/server.ts";

const { app } = makeServer();
const paths = new Set(app.routes.map(({ path }) => path));

/** The same under another prefix, for base URLs that end elsewhere. */
const isAlias = (path: string) =>
  /^\/(v1\/v1|openai|anthropic)\//.test(path) || (!path.startsWith("/v1/") && paths.has(`/v1${path}`));

/** Each endpoint once; HEAD goes without saying where there is GET. */
const served = app.routes
  .filter(({ method, path }) => method !== "HEAD" && !isAlias(path))
  .map(({ method, path }) => `${method} ${path.replace(/:\w+|\*/, "{id}")}`)
  .toSorted();

/** The words in backquotes. */
const codes = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

async function inReadme(): Promise<readonly string[]> {
  const readme = await Bun.file(`${import.meta.dir}/../../README.md`).text();
  const section = readme.split(/^## /m).find((text) => text.startsWith("Endpoints\n")) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => {
    const [, methods, named] = row.split("|");
    return codes(methods).flatMap((method) => codes(named).map((path) => `${method} ${path}`));
  });
}

describe("the endpoints", () => {
  test("are those that GET / lists", async () => {
    const answer = await app.handle(new Request("http://localhost/", { headers: { host: "localhost" } }));
    const { endpoints } = JSON.parse(await answer.text());
    expect(endpoints.toSorted()).toEqual(served);
  });

  test("are those of the README's table", async () => {
    expect((await inReadme()).toSorted()).toEqual(served);
  });

  test("that take no body leave it unread, also while debugging", async () => {
    const debugging = makeServer({ config: { logLevel: "debug" } }).app;
    const bodiless = debugging.routes.filter(({ method, hooks }) => method !== "GET" && !hooks.body);
    expect(new Set(bodiless.map(({ method }) => method))).toEqual(new Set(["HEAD", "POST", "DELETE"]));
    for (const { method, path } of bodiless.filter((route) => route.method !== "HEAD")) {
      const headers = { host: "localhost", "content-type": "application/json" };
      const request = new Request(`http://localhost${path}`, { method, headers, body: "{" });
      const { status } = await debugging.handle(request);
      expect([path, status, request.bodyUsed]).toEqual([path, 404, false]);
    }
  });
});
