import { expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import further from "../../scripts/clients/further/package.json" with { type: "json" };
import pins from "../../scripts/clients/package.json" with { type: "json" };

const { openai, "@anthropic-ai/sdk": anthropic } = manifest.devDependencies;

test("the README tells the versions that are run here", async () => {
  const readme = await Bun.file(`${import.meta.dir}/../../README.md`).text();
  const section = readme.slice(readme.indexOf("\n## Clients\n"), readme.indexOf("\n## In the background\n"));
  const cline = further.optionalDependencies["@cline/cli-linux-x64"];
  const versions = Object.values({ ...pins.dependencies, ...further.dependencies, cline, openai, anthropic });
  expect(versions.filter((version) => !new RegExp(` ${RegExp.escape(version)}[ ,]`).test(section))).toEqual(
    [],
  );
});
