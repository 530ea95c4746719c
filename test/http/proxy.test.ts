import { expect, test } from "bun:test";
import { proxyFor, proxyHost } from "../../src/http/proxy.ts";

test.each([
  ["http://host:3128", "http://host:3128"],
  ["host:3128", "host:3128"],
  ["http://ada:secret@host:3128", "http://host:3128"],
  ["HTTP://ada:secret@host:3128/", "HTTP://host:3128/"],
  ["ada:secret@host:3128", "host:3128"],
  ["http://ada:s/cret@host:3128", "http://host:3128"],
  ["http://ada:s@cret/?#@host:3128", "http://host:3128"],
  ["socks5+h://ada:secret@host:1080", "socks5+h://host:1080"],
])("of the proxy %s nobody hears but %s", (https_proxy, address) => {
  const proxy = proxyFor("https://q.us-east-1.amazonaws.com/", { https_proxy });
  expect(proxy).toEqual({ variable: "https_proxy", address });
  expect(proxy && proxyHost(proxy)).toMatch(/^host:\d+$/);
});
