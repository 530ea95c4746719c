import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, result, toolRound, use, user, withContext } from "../../support/bodies.ts";
import { type Cases, many } from "./case.ts";

const pairs = (count: number) => many(count, (i) => (i % 2 === 0 ? user("hi") : assistant("Hello.")));
const replying = (message: JsonObject) => body({ history: [user("hi"), message] });
const answered = toolRound([use("a")], [result("a")]);

export const conversationCases: Cases = {
  "R9 role": ["official", body({ history: [assistant("Hello."), ...pairs(2)] }), body({ history: pairs(2) })],
  "R9 results": [
    "official",
    body({ history: [user("hi", withContext({ toolResults: [result("a")] })), assistant("Hello.")] }),
    body({ history: [user("hi", withContext({ toolResults: [] })), assistant("Hello.")] }),
  ],
  "R10 end": ["official", body({ history: pairs(3) }), body({ history: pairs(4) })],
  "R10 alternation": [
    "strict",
    body({ history: [user("hi"), user("there"), assistant("Hello.")] }),
    body({ history: pairs(4) }),
  ],
  R11: ["official", body({ current: assistant("{") }), body()],
  R12: ["strict", body({ history: pairs(252) }), body({ history: pairs(250) })],
  R13: [
    "model",
    body({ history: [{ systemMessage: { content: "Be kind." } }] }),
    body({ history: pairs(2) }),
  ],
  R15: ["official", body({ current: user(" \n") }), toolRound([use("a")], [result("a")], "")],
  R16: ["paranoid", toolRound([use("a")], [result("a")], ""), answered],
  R17: [
    "strict",
    body({ history: [user("hi"), assistant("Hello."), user(""), assistant("Yes?")] }),
    body({ history: pairs(4) }),
  ],
  R18: ["paranoid", body({ history: [user("hi"), assistant(" ", { toolUses: [use("a")] })] }), answered],
  R19: ["strict", replying(assistant(" ")), replying(assistant(" ", { toolUses: [use("a")] }))],
  "R20 user": [
    "model",
    body({ current: user("x".repeat(600_001)) }),
    body({ current: user("😀".repeat(300_001)) }),
  ],
  "R20 assistant": [
    "model",
    replying(assistant("x".repeat(100_001))),
    replying(assistant("x".repeat(100_000))),
  ],
  "R20 result": [
    "model",
    toolRound([use("a")], [result("a", { content: [{ text: "x".repeat(800_001) }] })]),
    toolRound([use("a")], [result("a", { content: [{ text: "x".repeat(800_000) }] })]),
  ],
  "R21 surrogate": ["strict", body({ current: user("\ud83d") }), body({ current: user("😀") })],
  "R21 NUL": ["paranoid", body({ current: user("a\0b") }), body({ current: user("a\u0001b") })],
};
