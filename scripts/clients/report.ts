export interface TestOutcome {
  /** The outermost group of the test. */
  client: string;
  hasPassed: boolean;
  seconds: number;
}

/** The tests of a report that Bun wrote in JUnit's format. */
export async function readReport(path: string): Promise<TestOutcome[]> {
  const xml = await Bun.file(path).text();
  const cases = xml.matchAll(
    /<testcase [^>]*classname="([^"]*)" time="([^"]*)"[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g,
  );
  return [...cases].map(([, groups = "", seconds, rest = ""]) => ({
    // The innermost group comes first.
    client: groups.split(" &gt; ").at(-1) ?? "",
    hasPassed: !/<(failure|error|skipped)/.test(rest),
    seconds: Number(seconds),
  }));
}
