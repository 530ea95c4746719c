export interface Test {
  name: string;
  /** The groups that it is in, innermost first. */
  groups: readonly string[];
  outcome: "passed" | "failed" | "skipped";
  seconds: number;
}

/** The tests of a report that `bun test` wrote in JUnit's format. */
export function testsIn(junit: string): Test[] {
  const cases = junit.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs);
  return [...cases].map(([, attributes = "", details = ""]) => {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    return {
      name: attribute("name"),
      groups: attribute("classname").split(" &gt; "),
      outcome: outcomeOf(details),
      seconds: Number(attribute("time")),
    };
  });
}

function outcomeOf(details: string): Test["outcome"] {
  if (/<(failure|error)/.test(details)) return "failed";
  return details.includes("<skipped") ? "skipped" : "passed";
}
