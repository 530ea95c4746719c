import fc from "fast-check";
import { buildRequest } from "../src/amazonq/request/build.ts";
import { conversations } from "../test/support/arbitraries.ts";
import { requestContext, violations } from "../test/support/request.ts";
import { commandLine } from "./command-line.ts";

const { cases } = commandLine({
  command: "bun run paranoid",
  summary: [
    "Measures how conservative the bridge's requests are: the share that breaks each rule which only some client of the",
    "service believes in. The tests make sure that none breaks a strict rule.",
  ].join("\n"),
  options: {
    cases: {
      type: "string",
      default: "3000",
      placeholder: "number",
      help: "Number of conversations; 3000 by default.",
    },
  },
});
const count = Number(cases);

const costs: Readonly<Record<string, string>> = {
  R8: "long conversations would be refused that the service takes",
  R16: "words before the user's own, which were seen to bury them",
  R18: "words that the model would imitate",
  R31: "schemas without what tells the model which arguments are allowed",
  R34: "offering tools that the client no longer has",
  R43: "parallel calls split into turns that never happened",
  R46: "pictures of one message split further",
};

const broken = new Map<string, number>();
let clean = 0;
for (const conversation of fc.sample(conversations(), { numRuns: count, seed: 1 })) {
  const rules = new Set(
    violations(buildRequest(conversation, requestContext), "paranoid").map(({ rule }) => rule),
  );
  if (rules.size === 0) clean++;
  for (const rule of rules) broken.set(rule, (broken.get(rule) ?? 0) + 1);
}

const share = (part: number) => `${((100 * part) / count).toFixed(1)} %`.padStart(7);
process.stdout.write(
  `${count} conversations, of which ${share(clean)} satisfy every rule; satisfying a rule always would cost:\n`,
);
for (const [rule, requests] of [...broken].sort(([, a], [, b]) => b - a)) {
  process.stdout.write(`${rule.padEnd(4)} broken by ${share(requests)}  ${costs[rule] ?? "not known"}\n`);
}
