import { describe, expect, test } from "bun:test";
import { createSecrets } from "../../src/secrets/secrets.ts";
import { busyMs } from "../support/busy.ts";

const token = "q4zX4k9vTRwB7mLd2yNc8HsJf3:MGUCMQDp5Kx0Zr";
const key = "my-local-key";

function knowing(...values: readonly string[]) {
  const secrets = createSecrets();
  secrets.learn("test", values);
  return secrets.mask;
}

describe("a text without secrets", () => {
  const mask = knowing(token, key);
  test.each([
    "",
    "Hello",
    "Amazon Q: 400 ValidationException: Improperly formed request.",
    "The bearer token included in the request is invalid.",
    "req_0123456789abcdef0123456789abcdef 5b0f1e0a-6a0e-4a4e-9a69-0f2b9c9f1c11",
    "claude-sonnet-4.5-20250929",
    "/home/ada/.local/state/aqbridge/amazonq_credentials.json",
    "C:\\Users\\ada\\aqbridge\\config.json",
    'a "quoted" word, 100 % sure, %zz, \\u00, \\x',
    "arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHJKLM",
    "https://q.us-east-1.amazonaws.com/generateAssistantResponse",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "日本語 😀 \ud800 \u0000",
  ])("stays as it is: %j", (text) => {
    expect(mask(text)).toBe(text);
  });
});

describe("a known secret is masked", () => {
  const mask = knowing(token, key);
  test.each([
    ["as it is", `said ${token}.`, "said [secret]."],
    ["twice", `${token} ${token}`, "[secret] [secret]"],
    ["a chosen one", `the key ${key}!`, "the key [secret]!"],
    ["next to another", token + key, "[secret][secret]"],
    ["cut off behind", `x ${token.slice(0, 20)}`, "x [secret]"],
    ["cut off in front", `${token.slice(-20)} x`, "[secret] x"],
    ["as a piece of six characters", `got ${token.slice(20, 26)} of it`, "got [secret] of it"],
    ["in a URL", `/x?t=${encodeURIComponent(token)}&u=1`, "/x?t=[secret]&u=1"],
    ["in percent signs throughout", `x=${percent(token)}`, "x=[secret]"],
    ["in JSON's escapes", `{"t":"${unicode(token)}"}`, '{"t":"[secret]"}'],
    [
      "in JSON within JSON",
      JSON.stringify(JSON.stringify({ t: unicode(token) })),
      /^"?\{"t":"\[secret\]"\}"?$/,
    ],
    ["in base64", `x ${btoa(token)} y`, "x [secret] y"],
    ["in base64 after something else", `x ${btoa(`Basic ada:${token}`)} y`, "x [secret] y"],
    ["in base64 of URLs", Buffer.from(`??>${token}`).toString("base64url"), "[secret]"],
    ["in base64 in a URL", encodeURIComponent(btoa(`>>${token}`)), "[secret]"],
    ["a chosen one in base64", `Basic ${btoa(`ada:${key}`)}`, "Basic [secret]"],
  ] as const)("%s", (_, text, shown) => {
    expect(mask(text)).toMatch(typeof shown === "string" ? exactly(shown) : shown);
  });

  test("to its end, when another one begins like it", () => {
    expect(knowing(token, `${token}aB1`, `${token}aB`)(`${token}aB1!`)).toBe("[secret]!");
  });

  test("but not a piece of one that a person chose: that may be a word", () => {
    expect(mask("a local bridge")).toBe("a local bridge");
  });

  test("but a piece of sixteen characters, which is no word: also of one in small letters throughout", () => {
    const hex = "00112233445566778899aabbccddeeff";
    expect(knowing(hex)(`Incorrect key: ${hex.slice(0, 16)}…`)).toBe("Incorrect key: [secret]…");
    expect(knowing("correct horse battery staple")("correct horse")).toBe("correct horse");
  });

  test("but not one so short that it would be found everywhere", () => {
    expect(knowing("test")("this is a test")).toBe("this is a test");
  });
});

describe("what looks like a token is masked, though nobody knows it:", () => {
  const { mask } = createSecrets();
  test.each([
    ["one of Amazon's", "token aoaAAAAAGq:MGUCM+/=x.", "token [token]"],
    ["one for a refresh", "(aorAAAAAGq)", "([token])"],
    ["a key of Kiro's", "key=ksk_abcdefgh", "key=[token]"],
    ["a JSON Web Token", "id eyJhbGciOi.eyJzdWIi.c2ln,", "id [token],"],
    ["what follows Bearer", "authorization: Bearer abc.def\r\nhost: x", "authorization: [token]\r\nhost: x"],
    ["what follows it in small letters", "bearer aB3-cD4_eF5.gH6~iJ7+kL8", "[token]"],
    ["user and password in an address", "via http://ada:pass@proxy:3128/", "via http://proxy:3128/"],
    ["a password that holds an @", "via http://ada:p@ss@proxy:3128/", "via http://proxy:3128/"],
  ])("%s", (_, text, shown) => {
    expect(mask(text)).toBe(shown);
  });
});

test("a token that begins like a known one is masked to its end", () => {
  const head = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.";
  expect(knowing(`${head}c2lnbmVkMQ`)(`${head}b3RoZXI, ${head}`)).toBe("[token], [token]");
});

describe("what is known", () => {
  const rotated = (count: number) => Array.from({ length: count }, (_, index) => `rotated-secret-${index}-`);

  test("grows as the process goes", () => {
    const { learn, mask } = createSecrets();
    expect(mask(key)).toBe(key);
    learn("configuration", [undefined, key]);
    expect(mask(key)).toBe("[secret]");
  });

  test("are an owner's latest: what a request under way may still carry, and no more", () => {
    const { learn, mask } = createSecrets();
    learn("configuration", [key]);
    const tokens = rotated(40);
    for (const each of tokens) learn("own file", [each]);
    expect(tokens.map(mask).filter((text) => text === "[secret]")).toHaveLength(12);
    expect(mask(tokens.slice(-3).join(" "))).toBe("[secret] [secret] [secret]");
    expect(mask(key)).toBe("[secret]");
  });

  test("are all that an owner has at a time, however many", () => {
    const all = Array.from({ length: 20 }, (_, index) => `password-${index + 10}`);
    expect(knowing(...all)(all.join())).toBe(all.map(() => "[secret]").join());
  });

  test("is known to one registry and not to another", () => {
    knowing(key);
    expect(createSecrets().mask(key)).toBe(key);
  });
});

test("a text without end is masked in a time that grows with its length alone", () => {
  const mask = knowing(token, key);
  const parts = [
    "%25",
    "\\\\",
    "-eyJ",
    "//",
    "A",
    "Bearer ",
    "bearer ",
    "//@",
    "aoa",
    "//a",
    "\\u005c",
    token.slice(0, 9),
  ];
  for (const part of parts) {
    const time = (length: number) => {
      const text = part.repeat(length / part.length);
      const start = busyMs();
      mask(text);
      return busyMs() - start;
    };
    time(10_000);
    // Quadratic it would be 256 times as long.
    expect(time(800_000)).toBeLessThan(60 * Math.max(5, time(50_000)));
  }
});

test("a login of one letter without end costs no time either, and is masked", () => {
  const mask = knowing("a".repeat(16_384));
  const start = busyMs();
  expect(mask(`${"a".repeat(15)} `.repeat(5_000))).not.toContain("[");
  expect(busyMs() - start).toBeLessThan(1_000);
  expect(mask(`x ${"a".repeat(5_000)} y`)).toBe("x [secret] y");
});

const exactly = (text: string) => new RegExp(`^${text.replace(/[[\]().?*+\\{}|^$]/g, "\\$&")}$`);
const codes = (text: string) => [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, "0"));
const percent = (text: string) =>
  codes(text)
    .map((code) => `%${code}`)
    .join("");
const unicode = (text: string) =>
  codes(text)
    .map((code) => `\\u00${code}`)
    .join("");
