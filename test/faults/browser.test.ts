import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { LoginInput } from "../../src/auth/token-source.ts";
import { accessToken, fixedTokens, startBridge } from "../support/bridge.ts";
import { type Findings, openBrowser, startSite, startSwitch } from "../support/browser.ts";
import { foreignPage, ownPage, reboundPage } from "../support/browser-pages.ts";
import { ending, stream, text } from "../support/script.ts";
import { rememberBase } from "./support/base.ts";

/** A Chromium, of any make; `bun run faults --all` finds or installs one. */
const executable = process.env["AQBRIDGE_BROWSER"];

const logins: LoginInput[] = [];
const bridge = startBridge({
  tokens: { ...fixedTokens(accessToken), set: async (login) => void logins.push(login) },
});
const { port } = new URL(bridge.url);
const expectBase = rememberBase(bridge);
afterAll(bridge.stop);

/** Lines about requests, of which the browser's own wish for an icon is none of the page's. */
const ends = () => bridge.log.filter((line) => line.includes("req.end") && !line.includes("/favicon.ico"));
let before = 0;
afterEach(async () => {
  await expectBase();
  before = ends().length;
});

type Site = ReturnType<typeof startSite>;

/** What the browser finds out at a site, by whatever name and port it comes there. */
async function findingsOf(site: Site, host: string, port = site.port): Promise<Findings> {
  const browser = openBrowser(executable ?? "", `http://${host}:${port}/`);
  try {
    return await site.findings;
  } finally {
    await browser.close();
    await site.stop();
  }
}

/** All that a page may learn of a server which does not talk to it: that it cannot talk to it. */
const ignorance = /^(TypeError|error|nothing|sent|loaded|opaque 0 )$/;

describe.if(executable !== undefined)("a real browser", () => {
  test.each(["127.0.0.1", "localhost", "[::1]"])(
    "row 14: whatever a page of another origin tries at %s, it changes and learns nothing",
    async (host) => {
      const site = startSite(() => foreignPage(`http://${host}:${port}`));
      const findings = await findingsOf(site, "evil.example");
      expect(Object.keys(findings).length).toBeGreaterThan(30);
      expect(Object.entries(findings).filter(([, learned]) => !ignorance.test(learned))).toEqual([]);
      expect(bridge.simulator.requests).toEqual([]);
      expect(logins).toEqual([]);
      const answered = ends().slice(before);
      expect(answered.length).toBeGreaterThan(25);
      expect(answered.filter((line) => !line.includes("code=origin_not_allowed"))).toEqual([]);
    },
    60_000,
  );

  test("row 13: a page whose name is made to mean this machine learns that it is not let in", async () => {
    const site = startSite(
      (own) => reboundPage(`http://evil.example:${own}/report`),
      (path) => path === "/rebind" && turn.leadTo(Number(port)),
    );
    const turn = await startSwitch(site.port);
    const findings = await findingsOf(site, "rebound.example", turn.port);
    turn.stop();
    expect(Object.keys(findings)).toHaveLength(5);
    for (const learned of Object.values(findings)) {
      expect(learned).toMatch(/^basic 403 /);
      expect(learned).toContain("This Host header is not accepted");
    }
    expect(bridge.simulator.requests).toEqual([]);
    expect(logins).toEqual([]);
    const answered = ends().slice(before);
    expect(answered.filter((line) => !line.includes("code=host_not_allowed"))).toEqual([]);
  }, 60_000);

  test.each(["localhost", "127.0.0.1"])(
    "row 14: a page of this machine at %s chats",
    async (host) => {
      const hello = stream(text("Hel"), { pauseMs: 50 }, text("lo."), ...ending("END_TURN"));
      bridge.simulator.script(hello, hello, hello);
      const findings = await findingsOf(
        startSite(() => ownPage(bridge.url)),
        host,
      );
      expect(findings["models"]).toMatch(/^cors 200 .*claude-sonnet/s);
      expect(findings["streamed messages"]).toMatch(/^200 req_ pieces .*Hel.*lo\..*message_stop/s);
      expect(findings["whole messages"]).toMatch(/^200 req_ whole .*"Hello\."/s);
      expect(findings["streamed completions"]).toMatch(/^200 req_ pieces .*Hel.*lo\..*\[DONE\]/s);
      expect(findings["failure"]).toMatch(/^cors 400 .*invalid_request_error/);
    },
    60_000,
  );
});
