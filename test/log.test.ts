import { describe, expect, test } from "bun:test";
import { createLog, type LogFields, type LogLevel, logLevels, silentLog } from "../src/log.ts";

const now = () => Date.UTC(2026, 0, 31, 12);

function logAt(level: LogLevel, maxLength = 20) {
  const lines: string[] = [];
  return { log: createLog({ level, maxLength, write: (line) => lines.push(line), now }), lines };
}

function written(fields: LogFields): string {
  const { log, lines } = logAt("debug");
  log.info("event", fields);
  return lines.join("");
}

const names = ["debug", "info", "warn", "error"] as const;

describe("a log", () => {
  test.each([...logLevels])("at %p writes that and what is worse, and nothing else", (level) => {
    const { log, lines } = logAt(level);
    for (const name of names) log[name](`event.${name}`);
    const expected = names.filter((name) => logLevels.indexOf(name) >= logLevels.indexOf(level));
    expect(lines).toEqual(
      expected.map((name) => `2026-01-31T12:00:00.000Z ${name.padEnd(5)} event.${name}\n`),
    );
  });

  test("does not even look at what it does not write", () => {
    const { log } = logAt("error");
    const watched = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("looked at");
        },
      },
    );
    expect(() => log.debug("event", watched)).not.toThrow();
    expect(() => silentLog.error("event", watched)).not.toThrow();
  });

  test("writes a line of names and values, and leaves out what is not there", () => {
    expect(written({ id: "req_1", ms: 12, stream: false, code: undefined })).toBe(
      "2026-01-31T12:00:00.000Z info  event id=req_1 ms=12 stream=false\n",
    );
  });
});

describe("a value", () => {
  const spellings: [string, string][] = [
    ["plain/path-1.2", "plain/path-1.2"],
    ["", '""'],
    ["two words", '"two words"'],
    ['a"b', '"a\\"b"'],
    ["a=b", '"a=b"'],
    ["a\nb", '"a\\nb"'],
    ["a\r\n2026 error", '"a\\r\\n2026 error"'],
    ["twenty-characters-ok", "twenty-characters-ok"],
    ["twenty-one-characters", '"twenty-one-character…(21 characters)"'],
  ];
  test.each(spellings)("%j is written as %s", (value, spelling) => {
    expect(written({ value })).toEndWith(` event value=${spelling}\n`);
  });

  test("is masked before it is cut: of the rest of a secret nobody would know what it is", () => {
    const lines: string[] = [];
    const mask = (text: string) => text.replaceAll("a-secret", "[secret]");
    const write = (line: string) => lines.push(line);
    const log = createLog({ level: "info", maxLength: 20, mask, write, now });
    log.info("event", { cause: `${"x".repeat(15)}a-secret`, of: "a-secret", ms: 1 });
    expect(lines.join("")).toEndWith('event cause="xxxxxxxxxxxxxxx[secr…(23 characters)" of=[secret] ms=1\n');
  });

  test("never ends the line, nor begins another", () => {
    for (let code = 0; code < 0x20; code++) {
      expect(written({ value: `a${String.fromCharCode(code)}b` }).match(/[\r\n\v\f]/g)).toEqual(["\n"]);
    }
  });
});
