import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { MessagesRequest } from "../../src/protocols/anthropic/schema.ts";
import { CompletionRequest } from "../../src/protocols/openai/legacy-completions.ts";
import { ChatCompletionRequest } from "../../src/protocols/openai/schema.ts";
import { ResponsesRequest } from "../../src/protocols/openai-responses/schema.ts";
import { decodeWith, refusalOf } from "./decoding.ts";

describe.each<[string, TSchema]>([
  ["messages", MessagesRequest],
  ["chat completions", ChatCompletionRequest],
  ["completions", CompletionRequest],
  ["responses", ResponsesRequest],
])("a body of %s", (_, schema) => {
  test.each([[null], [[]], ["Hello"], [5], [true]])(
    "is refused as a whole when it is no object: %p",
    (body) => {
      const refusal = refusalOf(decodeWith(schema, String), body);
      expect(refusal).toMatchObject({ kind: "invalid-request", param: undefined });
      expect(refusal.message).toContain("the request body");
    },
  );
});
