import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";
import { ending, stream, text } from "../support/script.ts";
import { outcomeOf, post } from "./support/forms.ts";
import { eventsIn, freePort, textOf, until } from "./support/program-rig.ts";
import { useRelease } from "./support/release.ts";

const { binary, startService } = useRelease();

test("row 91: a closed terminal, which kernel and shell both tell of, lets streams finish", async () => {
  const { simulator, environment } = startService();
  const folder = temporaryFolder();
  const log = join(folder, "bridge.log");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ logging: { file: log } }), { mode: 0o600 });
  const port = freePort();
  await using child = Bun.spawn([binary(), `--dir=${folder}`, `--port=${port}`], {
    env: { HOME: folder, PATH: "/usr/bin:/bin", ...environment },
    terminal: { cols: 80, rows: 24 },
  });
  const said = (event: string) => (existsSync(log) ? eventsIn(textOf(log), event) : []);
  await until("the list of models", () => said("models.list").length === 1);
  simulator.script(stream(text("One "), { pauseMs: 700 }, text("two."), ending("END_TURN")));
  const form = { protocol: "openai", stream: true } as const;
  const response = await post(`http://127.0.0.1:${port}`, form);

  child.terminal?.close();
  await until("the stop", () => said("proc.drain").length === 1);
  child.kill("SIGHUP");
  child.kill("SIGHUP");

  expect(await outcomeOf(form, response)).toMatchObject({
    status: 200,
    text: "One two.",
    failure: undefined,
  });
  expect(await child.exited).toBe(0);
  expect(said("req.end")).toMatchObject([{ end: "ok" }]);
});
