import {
  assistant,
  body,
  image,
  result,
  tool,
  toolRound,
  use,
  user,
  withContext,
} from "../../support/bodies.ts";
import { answered, type Cases, many, replying } from "./case.ts";

export const pairingCases: Cases = {
  "R36 characters": [
    "official",
    toolRound([use("a.b")], [result("a.b")]),
    toolRound([use("a-b_1")], [result("a-b_1")]),
  ],
  "R36 length": [
    "official",
    toolRound([use("x".repeat(65))], [result("x".repeat(65))]),
    toolRound([use("x".repeat(64))], [result("x".repeat(64))]),
  ],
  R37: ["official", toolRound([use("a", { input: "{}" })], [result("a")]), answered],
  "R38 uses": [
    "official",
    toolRound([use("a"), use("a")], [result("a")]),
    toolRound([use("a"), use("b")], [result("a"), result("b")]),
  ],
  "R38 results": ["official", toolRound([use("a")], [result("a"), result("a")]), answered],
  "R39 unknown": ["official", toolRound([use("a")], [result("a"), result("b")]), answered],
  "R39 too late": [
    "official",
    body({
      history: [user("hi"), assistant("Let me.", { toolUses: [use("a")] }), user("wait"), assistant("Yes?")],
      current: user("here", withContext({ toolResults: [result("a")], tools: [tool("read")] })),
    }),
    answered,
  ],
  "R40 at the end": ["official", replying("Let me.", { toolUses: [use("a")] }), answered],
  "R40 one of two": ["official", toolRound([use("a"), use("b")], [result("a")]), answered],
  "R41 nothing": ["official", toolRound([use("a")], [result("a", { content: [] })]), answered],
  "R41 empty": [
    "official",
    toolRound([use("a")], [result("a", { content: [{ text: "" }] })]),
    toolRound([use("a")], [result("a", { content: [{ json: { a: 1 } }] })]),
  ],
  "R41 empty beside another": [
    "official",
    toolRound([use("a")], [result("a", { content: [{ text: "done" }, { text: "" }] })]),
    toolRound([use("a")], [result("a", { content: [{ text: "done" }, { text: "." }] })]),
  ],
  "R41 both in one": [
    "official",
    toolRound([use("a")], [result("a", { content: [{ text: "a", json: 1 }] })]),
    answered,
  ],
  "R42 beside text": [
    "official",
    toolRound([use("a")], [result("a", { content: [{ text: "done" }, { image: image() }] })]),
    answered,
  ],
  R42: ["official", toolRound([use("a")], [result("a", { content: [{ image: image() }] })]), answered],
  "R43 order": [
    "paranoid",
    toolRound([use("a"), use("b")], [result("b"), result("a")]),
    toolRound([use("a"), use("b")], [result("a"), result("b")]),
  ],
  "R43 number": [
    "paranoid",
    toolRound(
      many(11, (i) => use(`u${i}`)),
      many(11, (i) => result(`u${i}`)),
    ),
    toolRound(
      many(10, (i) => use(`u${i}`)),
      many(10, (i) => result(`u${i}`)),
    ),
  ],
};
