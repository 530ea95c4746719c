import { join } from "node:path";
import { bun, install, orExit, root } from "./bun.ts";
import { commandLine } from "./command-line.ts";

const { check } = commandLine({
  command: "bun scripts/readme.ts",
  summary: "Regenerates the README's tables from the program's own descriptions.",
  options: {
    check: { type: "boolean", default: false, help: "Only check them; exits with 1 when they are stale." },
  },
});
const readme = join(root, "README.md");

/** The README's generated sections by the names of their markers; imported only once the packages are installed. */
async function sections(): Promise<Record<string, string>> {
  const { clients } = await import("../src/cli/clients.ts");
  const { commands } = await import("../src/cli/commands.ts");
  const { clientsTable, commandsTable, fieldsTable, optionsTable } = await import("./readme/tables.ts");
  const { anthropicFields } = await import("../src/protocols/anthropic/fields.ts");
  const { openaiFields } = await import("../src/protocols/openai/fields.ts");
  const { responsesFields } = await import("../src/protocols/openai-responses/fields.ts");
  return {
    commands: commandsTable(commands),
    clients: clientsTable(clients),
    options: optionsTable(),
    "anthropic-fields": fieldsTable(anthropicFields),
    "openai-fields": fieldsTable(openaiFields),
    "responses-fields": fieldsTable(responsesFields),
  };
}

async function upToDate(text: string): Promise<string> {
  let updated = text;
  for (const [name, content] of Object.entries(await sections())) {
    const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marked.test(updated)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->.`);
    updated = updated.replace(marked, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
  }
  return updated;
}

orExit(await bun(install));
const text = await Bun.file(readme).text();
const wanted = await upToDate(text);
if (check) {
  if (text !== wanted) {
    process.stderr.write("README.md's generated tables are stale; run: bun scripts/readme.ts\n");
    process.exitCode = 1;
  }
} else {
  await Bun.write(readme, wanted);
}
