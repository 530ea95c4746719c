import { describe, expect, test } from "bun:test";
import { decodeSearch } from "../../src/amazonq/search-results.ts";

const said = (text: string, isError?: boolean) => ({
  result: { content: [{ type: "text", text }], ...(isError !== undefined && { isError }) },
});
const page = { url: "https://example.com/", title: "E", snippet: "s", publishedDate: null };

describe("an answer to a search", () => {
  test("may have its text in pieces, and pieces that are none", () => {
    const [first, second] = [`{"results":[${JSON.stringify(page)}`, "]}"].map((text) => ({
      type: "text",
      text,
    }));
    expect(decodeSearch({ result: { content: [first, { type: "image" }, second] } })).toEqual([
      { url: page.url, title: "E", snippet: "s", pageAge: null },
    ]);
  });

  test.each<[string, unknown, string]>([
    ["that is no object", null, "is malformed"],
    ["without a result", {}, "is malformed"],
    ["whose content is no list", { result: { content: "x" } }, "is malformed"],
    ["that says that it failed", said(JSON.stringify({ results: [page] }), true), "has failed"],
    ["whose text is no JSON", said("Sorry."), "has failed"],
    ["whose text has no results", said("{}"), "has failed"],
    ["with any other error", { error: { code: -32603 } }, "refuses the search (-32603)"],
  ])("%s is the service's failure", (_, answer, message) => {
    expect(() => decodeSearch(answer)).toThrow(
      expect.objectContaining({
        kind: "upstream",
        code: "upstream_error",
        message: expect.stringContaining(message),
      }),
    );
  });

  test("that knows no such method says that there is no search", () => {
    expect(() => decodeSearch({ error: { code: -32601 } })).toThrow(
      expect.objectContaining({ kind: "not-found" }),
    );
  });
});
