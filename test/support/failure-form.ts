import { expect } from "bun:test";
import type { HttpAnswer } from "./http-answers.ts";

export interface ExpectedFailure {
  status: number;
  /** OpenAI's words. */
  type: string;
  code: string;
  param?: string | null;
  /** Anthropic's word, and status where it is another. */
  anthropic: string;
  anthropicStatus?: number;
}

export const isAnthropic = (path: string): boolean => /(^|\/)messages(\/|$|\?)/.test(path);

const sentence = expect.stringMatching(/^[^<>\n]{10,500}$/);

/** Expects exactly this failure, in the form of the path's protocol to the letter, and with the headers of every failure. */
export function expectFailure(
  path: string,
  { status, headers, body }: HttpAnswer,
  expected: ExpectedFailure,
) {
  const id = headers.get("x-request-id");
  const form = isAnthropic(path)
    ? { type: "error", error: { type: expected.anthropic, message: sentence }, request_id: id }
    : {
        error: {
          type: expected.type,
          message: sentence,
          param: expected.param ?? null,
          code: expected.code,
        },
      };
  const wanted = isAnthropic(path) ? (expected.anthropicStatus ?? expected.status) : expected.status;
  expect({ status, body: JSON.parse(body) }).toEqual({ status: wanted, body: form });
  expect(id).toMatch(/^req_/);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": expect.stringContaining("application/json"),
    "request-id": id,
    "cache-control": "no-store",
    "x-should-retry": String(headers.has("retry-after")),
  });
}

const invalid = { type: "invalid_request_error", anthropic: "invalid_request_error" };
const refused = { type: "permission_error", anthropic: "permission_error" };

/** The failures that a request may meet before anybody has read what it asks. */
export const failureForms = {
  json: { status: 400, code: "invalid_json", ...invalid },
  value: { status: 400, code: "invalid_value", ...invalid },
  depth: { status: 400, code: "body_too_deep", ...invalid },
  late: { status: 408, code: "body_timeout", ...invalid },
  media: { status: 415, code: "unsupported_content_type", ...invalid },
  size: { status: 413, code: "request_too_large", ...invalid, anthropic: "request_too_large" },
  key: { status: 401, code: "invalid_api_key", ...invalid, anthropic: "authentication_error" },
  host: { status: 403, code: "host_not_allowed", ...refused },
  origin: { status: 403, code: "origin_not_allowed", ...refused },
  path: { status: 404, code: "not_found", ...invalid, anthropic: "not_found_error" },
  method: { status: 405, code: "method_not_allowed", ...invalid, anthropic: "not_found_error" },
  busy: {
    status: 503,
    type: "server_error",
    code: "server_busy",
    anthropic: "overloaded_error",
    anthropicStatus: 529,
  },
} as const satisfies Record<string, ExpectedFailure>;
