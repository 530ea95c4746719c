import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getTokenizer } from "@anthropic-ai/tokenizer";
import fc from "fast-check";
import { createTokenCount, estimateTextTokens } from "../../../src/turn/tokens/text.ts";
import { busyMs } from "../../support/busy.ts";

const tokenizer = getTokenizer();
afterAll(() => tokenizer.free());
/** As the package's own `countTokens`, which makes a tokenizer for each text. */
const countTokens = (text: string) => tokenizer.encode(text.normalize("NFKC"), "all").length;

const root = join(import.meta.dir, "../../..");
const read = (folder: string, name: string) => readFileSync(join(root, folder, name), "utf8");
const listed = (folder: string, suffix: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(suffix),
  );

const samples = listed("test/fixtures/texts", ".txt").map((name) => read("test/fixtures/texts", name));
const allSamples = samples.join("\n");

const counted = (...pieces: readonly string[]) => {
  const count = createTokenCount();
  for (const piece of pieces) count.add(piece);
  return count.tokens;
};
const errorOf = (estimated: number, real: number) => Math.abs(estimated / real - 1);

describe("beside a public tokenizer of Claude's, the estimate errs by less than 15 % on", () => {
  test.each(listed("test/fixtures/texts", ".txt"))("%s", (name) => {
    const text = read("test/fixtures/texts", name);
    expect(errorOf(estimateTextTokens(text), countTokens(text))).toBeLessThan(0.15);
  });

  test("this program's own source, as a whole by less than 5 %", () => {
    const files = [
      ...listed("src", ".ts").map((name) => read("src", name)),
      ...listed("test", ".ts").map((name) => read("test", name)),
    ];
    const errors = files.map((text) => errorOf(estimateTextTokens(text), countTokens(text)));
    expect(errors.filter((error) => error < 0.15).length / files.length).toBeGreaterThan(0.95);
    const whole = files.join("\n");
    expect(errorOf(estimateTextTokens(whole), countTokens(whole))).toBeLessThan(0.05);
  }, 30_000);

  test.each(["package.json", "bun.lock", "README.md"])("%s", (name) => {
    const text = read("", name);
    expect(errorOf(estimateTextTokens(text), countTokens(text))).toBeLessThan(0.15);
  });
});

describe("a count", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("a", "Z", "é", "ü", " ", "\n", "\t", "7", "-", "中", "😀", "ж"))
      .map((parts) => parts.join("")),
    fc.nat(allSamples.length).map((start) => allSamples.slice(start, start + 300)),
  );

  test("is the same however the text is cut", () => {
    fc.assert(
      fc.property(fc.array(texts), (pieces) => {
        expect(counted(...pieces)).toBe(counted(pieces.join("")));
      }),
    );
  });

  test("never falls, and is nothing for nothing", () => {
    expect(counted("")).toBe(0);
    fc.assert(fc.property(texts, texts, (text, more) => counted(text, more) >= counted(text)));
  });

  test("with a limit takes the longest beginning that fits, and goes on from there", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 60 }), (text, limit) => {
        const count = createTokenCount();
        const length = count.add(text, limit);
        expect(count.tokens).toBe(counted(text.slice(0, length)));
        expect(count.tokens).toBeLessThanOrEqual(limit);
        if (length < text.length) expect(counted(text.slice(0, length + 1))).toBeGreaterThan(limit);
        count.add(text.slice(length));
        expect(count.tokens).toBe(counted(text));
      }),
    );
  });
});

describe("of a long text only a part is counted:", () => {
  test("the estimate stays within 8 % of the count", () => {
    const long = [allSamples, ...samples.map((text) => text.repeat(10))];
    for (const text of long) expect(errorOf(estimateTextTokens(text), counted(text))).toBeLessThan(0.08);
  });

  test("40 MB take no longer than a second", () => {
    const text = allSamples.repeat(Math.ceil(40_000_000 / allSamples.length));
    const start = busyMs();
    estimateTextTokens(text);
    expect(busyMs() - start).toBeLessThan(1_000);
  });
});
