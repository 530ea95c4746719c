import type { JsonObject } from "../../../src/json.ts";
import {
  assistant,
  body,
  offering,
  result,
  tool,
  toolRound,
  toolWithSchema,
  use,
  user,
  withContext,
} from "../../support/bodies.ts";
import { type Cases, many } from "./case.ts";

const replying = (message: JsonObject) => body({ history: [user("hi"), message] });
const answered = toolRound([use("a")], [result("a")]);

export const toolsCases: Cases = {
  R22: [
    "official",
    body({ history: [offering(tool("read")), assistant("Hello.")] }),
    body({ current: offering(tool("read")) }),
  ],
  "R23 characters": [
    "official",
    body({ current: offering(tool("read.file")) }),
    body({ current: offering(tool("read-file_2")) }),
  ],
  "R23 in history": [
    "official",
    replying(assistant("Let me.", { toolUses: [use("a", { name: "read file" })] })),
    replying(assistant("Let me.", { toolUses: [use("a")] })),
  ],
  "R23 first letter": [
    "paranoid",
    body({ current: offering(tool("_read")) }),
    body({ current: offering(tool("read_")) }),
  ],
  R24: [
    "official",
    body({ current: offering(tool("x".repeat(65))) }),
    body({ current: offering(tool("x".repeat(64))) }),
  ],
  R25: [
    "official",
    body({ current: offering(tool("read"), tool("read")) }),
    body({ current: offering(tool("read"), tool("Read")) }),
  ],
  "R25 in any case": [
    "paranoid",
    body({ current: offering(tool("read"), tool("Read")) }),
    body({ current: offering(tool("read"), tool("write")) }),
  ],
  R26: [
    "official",
    body({ current: offering(tool("read", { description: "" })) }),
    body({ current: offering(tool("read", { description: "Reads." })) }),
  ],
  R27: [
    "model",
    body({ current: offering(tool("read", { description: "x".repeat(10_241) })) }),
    body({ current: offering(tool("read", { description: "x".repeat(10_240) })) }),
  ],
  "R27 of the CLI": [
    "paranoid",
    body({ current: offering(tool("read", { description: "x".repeat(10_005) })) }),
    body({ current: offering(tool("read", { description: "x".repeat(10_004) })) }),
  ],
  R28: [
    "official",
    body({ current: offering(toolWithSchema({ type: "string" })) }),
    body({ current: offering(toolWithSchema({ type: "object" })) }),
  ],
  R29: [
    "strict",
    body({ current: offering(toolWithSchema({ type: "object", anyOf: [{ type: "object" }] })) }),
    body({
      current: offering(toolWithSchema({ type: "object", properties: { a: { anyOf: [{ type: "null" }] } } })),
    }),
  ],
  R30: [
    "strict",
    body({
      current: offering(toolWithSchema({ type: "object", properties: { a: { items: { required: null } } } })),
    }),
    body({
      current: offering(
        toolWithSchema({ type: "object", properties: { a: { default: null, enum: [null] } } }),
      ),
    }),
  ],
  R31: [
    "paranoid",
    body({ current: offering(toolWithSchema({ type: "object", required: [] })) }),
    body({ current: offering(toolWithSchema({ type: "object", required: ["a"] })) }),
  ],
  R32: [
    "paranoid",
    body({ current: offering(...many(101, (i) => tool(`tool${i}`))) }),
    body({ current: offering(...many(100, (i) => tool(`tool${i}`))) }),
  ],
  R33: [
    "strict",
    body({
      history: [user("hi"), assistant("Let me.", { toolUses: [use("a")] })],
      current: user("here", withContext({ toolResults: [result("a")] })),
    }),
    answered,
  ],
  R34: ["paranoid", toolRound([use("a", { name: "write" })], [result("a")]), answered],
  R35: [
    "paranoid",
    body({ current: offering({ cachePoint: { type: "default" } }) }),
    body({ current: offering(tool("read")) }),
  ],
};
