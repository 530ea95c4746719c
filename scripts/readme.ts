import { join } from "node:path";
import { bun, install, orExit, root } from "./bun.ts";

const readme = join(root, "README.md");
const marked = /(<!-- options -->\n)[\s\S]*?(<!-- \/options -->)/;

async function upToDate(text: string): Promise<string> {
  const { optionsTable } = await import("../src/cli/help.ts");
  if (!marked.test(text)) throw new Error("README.md has no <!-- options --> … <!-- /options -->.");
  return text.replace(marked, (_, start: string, end: string) => `${start}\n${optionsTable()}\n\n${end}`);
}

orExit(await bun(install));
const text = await Bun.file(readme).text();
const wanted = await upToDate(text);
if (process.argv.includes("--check")) {
  if (text !== wanted) {
    process.stderr.write("README.md's table of options is stale; run: bun scripts/readme.ts\n");
    process.exitCode = 1;
  }
} else {
  await Bun.write(readme, wanted);
}
