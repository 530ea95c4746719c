import { assistant, body, result, toolRound, use, user, withContext } from "../../support/bodies.ts";
import { type Cases, dialogue, replying } from "./case.ts";

export const conversationCases: Cases = {
  "R9 role": [
    "official",
    body({ history: [assistant("Hello."), ...dialogue(2)] }),
    body({ history: dialogue(2) }),
  ],
  "R9 results": [
    "official",
    body({ history: [user("hi", withContext({ toolResults: [result("a")] })), assistant("Hello.")] }),
    body({ history: [user("hi", withContext({ toolResults: [] })), assistant("Hello.")] }),
  ],
  "R10 end": ["official", body({ history: dialogue(3) }), body({ history: dialogue(4) })],
  "R10 alternation": [
    "strict",
    body({ history: [user("hi"), user("there"), assistant("Hello.")] }),
    body({ history: dialogue(4) }),
  ],
  R11: ["official", body({ current: assistant("{") }), body()],
  R12: ["strict", body({ history: dialogue(251) }), body({ history: dialogue(250) })],
  R13: [
    "model",
    body({ history: [{ systemMessage: { content: "Be kind." } }] }),
    body({ history: dialogue(2) }),
  ],
  R15: ["official", body({ current: user(" \n") }), toolRound([use("a")], [result("a")], "")],
  R16: ["paranoid", toolRound([use("a")], [result("a")], ""), body({ current: user("") })],
  R17: [
    "strict",
    body({ history: [user("hi"), assistant("Hello."), user(""), assistant("Yes?")] }),
    replying(" "),
  ],
  R18: ["paranoid", replying(" ", { toolUses: [use("a")] }), replying(" ")],
  R19: ["strict", replying(" "), replying(" ", { toolUses: [use("a")] })],
  "R20 user": [
    "model",
    body({ current: user("x".repeat(600_001)) }),
    body({ current: user("😀".repeat(300_001)) }),
  ],
  "R20 assistant": ["model", replying("x".repeat(100_001)), replying("x".repeat(100_000))],
  "R20 result": [
    "model",
    toolRound([use("a")], [result("a", { content: [{ text: "x".repeat(800_001) }] })]),
    toolRound([use("a")], [result("a", { content: [{ text: "x".repeat(800_000) }] })]),
  ],
  "R21 surrogate": ["strict", body({ current: user("\ud83d") }), body({ current: user("😀") })],
  "R21 NUL": ["paranoid", body({ current: user("a\0b") }), body({ current: user("a\u0001b") })],
};
