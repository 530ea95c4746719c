import { assistant, body, result, tool, toolRound, use, user, withContext } from "../../support/bodies.ts";
import { answered, type Cases, many, offered, offering, replying, withSchema } from "./case.ts";

export const toolsCases: Cases = {
  R22: ["official", body({ history: [offering(tool("read")), assistant("Hello.")] }), offered(tool("read"))],
  "R23 characters": ["official", offered(tool(".read")), offered(tool("read-file_2"))],
  "R23 in history": [
    "official",
    replying("Let me.", { toolUses: [use("a", { name: "read file" })] }),
    replying("Let me.", { toolUses: [use("a")] }),
  ],
  "R23 first letter": ["paranoid", offered(tool("_read")), offered(tool("read_"))],
  R24: ["official", offered(tool("x".repeat(65))), offered(tool("x".repeat(64)))],
  R25: ["official", offered(tool("read"), tool("read")), offered(tool("read"), tool("Read"))],
  "R25 in any case": ["paranoid", offered(tool("read"), tool("Read")), offered(tool("read"), tool("write"))],
  R26: [
    "official",
    offered(tool("read", { description: "" })),
    offered(tool("read", { description: "Reads." })),
  ],
  R27: [
    "model",
    offered(tool("read", { description: "x".repeat(10_241) })),
    offered(tool("read", { description: "x".repeat(10_240) })),
  ],
  "R27 of the CLI": [
    "paranoid",
    offered(tool("read", { description: "x".repeat(10_005) })),
    offered(tool("read", { description: "x".repeat(10_004) })),
  ],
  R28: ["official", withSchema({ type: "string" }), withSchema({ type: "object" })],
  R29: [
    "strict",
    withSchema({ type: "object", anyOf: [{ type: "object" }] }),
    withSchema({ type: "object", properties: { a: { anyOf: [{ type: "null" }] } } }),
  ],
  R30: [
    "strict",
    withSchema({ type: "object", properties: { a: { items: { required: null } } } }),
    withSchema({ type: "object", properties: { a: { default: null, enum: [null] } } }),
  ],
  R31: [
    "paranoid",
    withSchema({ type: "object", required: [] }),
    withSchema({ type: "object", required: ["a"] }),
  ],
  R32: [
    "paranoid",
    offered(...many(101, (i) => tool(`tool${i}`))),
    offered(...many(100, (i) => tool(`tool${i}`))),
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
  R35: ["paranoid", offered({ cachePoint: { type: "default" } }), offered(tool("read"))],
};
