import type { JsonObject, JsonValue } from "../../../src/json.ts";
import type { Level } from "../../../src/simulator/validate.ts";
import { assistant, body, result, tool, toolRound, use, user, withContext } from "../../support/bodies.ts";

/** The mildest level that asserts a rule, a body that breaks it, and a close neighbour that keeps it. */
export type Case = readonly [level: Level, refused: JsonObject, accepted: JsonObject];

/** By the rule's name and, when it has several sides, a word for the side. */
export type Cases = Readonly<Record<string, Case>>;

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A history of so many messages, by turns. */
export const dialogue = (count: number): JsonObject[] =>
  many(count, (i) => (i % 2 === 0 ? user("hi") : assistant("Hello.")));

/** A history that ends in this message of the assistant. */
export const replying = (content: string, more?: JsonObject): JsonObject =>
  body({ history: [user("hi"), assistant(content, more)] });

/** A tool use and its result. */
export const answered = toolRound([use("a")], [result("a")]);

export const asking = (modelId: string, more: JsonObject = {}): JsonObject =>
  body({ current: user("hi", { modelId, ...more }) });

export const showing = (...images: JsonObject[]): JsonObject => body({ current: user("look", { images }) });

/** A turn of the user that offers these tools. */
export const offering = (...tools: JsonObject[]): JsonObject => user("hello", withContext({ tools }));

export const offered = (...tools: JsonObject[]): JsonObject => body({ current: offering(...tools) });

export const withSchema = (json: JsonValue): JsonObject => offered(tool("read", { inputSchema: { json } }));
