import { afterEach, describe, expect, test } from "bun:test";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { stopAfter } from "../support/stop-after.ts";

const kept = stopAfter(afterEach);

/** A server with one answer for all. */
function serve(answer: () => Response) {
  const bodies: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      bodies.push(await request.text());
      return answer();
    },
  });
  return kept({ url: server.url.href, host: server.url.host, bodies, stop: () => server.stop(true) });
}

const fetch = createSecureFetch({ caCertificates: [], verify: true });
const redirect = (status: number, location?: string) =>
  serve(() => new Response("elsewhere", { status, headers: location === undefined ? {} : { location } }));
const ask = ({ url }: { url: string }) => fetch(`${url}token?code=1`, { method: "POST", body: "secret" });

describe("row 35: a redirect", () => {
  test.each([301, 302, 303, 307, 308])(
    "of status %d is not followed, and its host is told",
    async (status) => {
      const other = serve(() => new Response("never"));
      await expect(ask(redirect(status, `${other.url}login?state=private`))).rejects.toMatchObject({
        code: "UnexpectedRedirect",
        message: `redirected to ${other.host} (${status})`,
      });
      expect(other.bodies).toEqual([]);
    },
  );

  test("within its own host is told as such", async () => {
    const first = redirect(307, "/login?state=private");
    await expect(ask(first)).rejects.toThrow(new RegExp(`^redirected to ${first.host} \\(307\\)$`));
    expect(first.bodies).toEqual(["secret"]);
  });

  test.each([
    ["no place", undefined, "nowhere"],
    ["a place that is none", "http://[", "nowhere"],
    ["a place without a host", "data:text/plain,private", "nowhere"],
    ["a place with a password", "https://ada:private@portal.test:8443/private", "portal.test:8443"],
    ["a very long place", `https://${"portal.".repeat(100)}test/`, `${"portal.".repeat(100).slice(0, 100)}…`],
  ])("to %s is told without private parts", async (_, location, told) => {
    await expect(ask(redirect(302, location))).rejects.toMatchObject({
      code: "UnexpectedRedirect",
      message: `redirected to ${told} (302)`,
    });
  });

  test.each([300, 304])(
    "of status %d, which is not a redirect, is an answer like any other",
    async (status) => {
      expect((await ask(redirect(status, "https://portal.test/"))).status).toBe(status);
    },
  );
});

test.each(["curl", "true"])(
  "a request is not printed, though the runtime is told to by BUN_CONFIG_VERBOSE_FETCH=%s",
  async (wish) => {
    const { url } = serve(() => new Response("hello", { headers: { "x-private": "secret" } }));
    const script = `
      const { createSecureFetch } = await import(${JSON.stringify(import.meta.resolve("../../src/http/secure-fetch.ts"))});
      const fetch = createSecureFetch({ caCertificates: [], verify: true });
      const headers = { authorization: "Bearer secret" };
      const response = await fetch(${JSON.stringify(url)}, { method: "POST", headers, body: "secret" });
      console.log(await response.text());`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      env: { ...process.env, BUN_CONFIG_VERBOSE_FETCH: wish },
      stderr: "pipe",
    });
    const [printed, complaints] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect({ printed, complaints }).toEqual({ printed: "hello\n", complaints: "" });
  },
);
