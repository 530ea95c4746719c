import { afterEach, describe, expect, test } from "bun:test";
import { proxyFor } from "../../src/http/proxy.ts";
import { createSecureFetch } from "../../src/http/secure-fetch.ts";
import { stopAfter } from "../support/stop-after.ts";
import { badGateway, expectFailure } from "./support/bad-gateway.ts";
import { withEnvironment } from "./support/environment.ts";
import { forms } from "./support/forms.ts";
import { finish, head } from "./support/http.ts";
import { startRawUpstream } from "./support/raw-upstream.ts";
import { type RawRig, type Rig, startRawRig } from "./support/rig.ts";

const kept = stopAfter(afterEach);
const rawRig = async (...options: Parameters<typeof startRawRig>): Promise<RawRig> =>
  kept(await startRawRig(...options));

describe("a proxy", () => {
  const answers = ["407 Proxy Authentication Required", "502 Bad Gateway", "403 Forbidden"];
  const endpoint = "https://service.test";
  const proxyOf = (url: string) => proxyFor(url, process.env);
  const startProxied = () =>
    rawRig({ endpoint, fetch: () => createSecureFetch({ caCertificates: [], verify: true, proxyOf }) });
  const withPassword = (url: string) => url.replace("http://", "http://ada:proxy-password@");

  /** Every form says that it is the proxy, which it names; nothing says its password. */
  async function expectNamed(rig: Rig, named: string, why: string) {
    await expectFailure(rig, badGateway("proxy_error"), () => {}, 0);
    for (const form of forms) {
      const { failure } = await rig.ask(form);
      expect(failure?.message).toBe(
        `The HTTP proxy ${named} let nothing through to Amazon Q (proxy: ${why}); check HTTPS_PROXY.`,
      );
      expect(JSON.stringify(failure)).not.toContain("proxy-password");
    }
    expect(rig.log.filter((line) => line.includes("upstream.retry "))).toEqual([]);
    expect(rig.log.join("")).toContain(`the proxy ${named} (HTTPS_PROXY) failed: ${why}`);
    expect(rig.log.join("")).not.toContain("proxy-password");
  }

  test.each(answers)("row 42: that answers %p is told as such, without its password", async (status) => {
    const proxy = kept(
      await startRawUpstream(finish(head(status, "content-length: 0", "connection: close"))),
    );
    const rig = await startProxied();
    await throughProxy(withPassword(proxy.url), () =>
      expectNamed(rig, proxy.url.replace("http://", ""), status.slice(0, 3)),
    );
    expect(proxy.hits()).toBe(2 * forms.length);
  });

  test("row 42: of a kind that is not spoken is told as such", async () => {
    const rig = await startProxied();
    await throughProxy("socks5://ada:proxy-password@127.0.0.1:9", () =>
      expectNamed(rig, "127.0.0.1:9", "UnsupportedProxyProtocol"),
    );
  });

  test("row 42: that refuses connections is told as such, and not for the service", async () => {
    const proxy = await startRawUpstream(finish(""));
    await proxy.stop();
    const rig = await startProxied();
    await throughProxy(withPassword(proxy.url), () =>
      expectNamed(rig, proxy.url.replace("http://", ""), "ECONNREFUSED"),
    );
  });

  test("row 42: that does not exist is told as such", async () => {
    const rig = await startProxied();
    await throughProxy("http://ada:proxy-password@proxy.invalid:3128", () =>
      expectNamed(rig, "proxy.invalid:3128", "ENOTFOUND"),
    );
  });

  test("row 42: has no part in what goes past it", async () => {
    const gone = await startRawUpstream(finish(""));
    await gone.stop();
    const rig = await rawRig({
      endpoint: gone.url.replace("http:", "https:"),
      fetch: () => createSecureFetch({ caCertificates: [], verify: true, proxyOf }),
    });
    await withEnvironment({ HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" }, () =>
      expectFailure(rig, badGateway("upstream_unreachable"), () => {}, 0),
    );
  });

  test("row 42: is not taken for this machine, to which tokens travel in the clear", async () => {
    const server = kept(await startRawUpstream(finish(head("200 OK", "content-length: 0"))));
    const fetch = createSecureFetch({ caCertificates: [], verify: true, proxyOf });
    await withEnvironment({ http_proxy: "http://127.0.0.1:9", ALL_PROXY: "http://127.0.0.1:9" }, async () => {
      expect(proxyOf(server.url)).toBeUndefined();
      expect((await fetch(server.url, {})).status).toBe(200);
    });
  });

  const throughProxy = (proxy: string, use: () => Promise<void>) =>
    withEnvironment({ HTTPS_PROXY: proxy }, use);
});
