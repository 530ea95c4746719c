import { expect, test } from "bun:test";
import { cpSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../support/folder.ts";
import { start } from "../support/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("a request that comes while the program's files are being replaced is answered and told of", async () => {
  const folder = temporaryFolder();
  for (const name of ["src", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const application = join(folder, "src/cli/application.ts");
  const environment = { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
  const command = [process.execPath, join(folder, "src/main.ts"), "--demo", "--port=0"];
  await using program = await start(command, { environment });

  renameSync(application, `${application}.old`);
  const refused = await fetch(`${program.url}/health`);
  expect(refused.status).toBe(500);
  const requestId = refused.headers.get("x-request-id");
  expect(await refused.json()).toMatchObject({ error: { type: "server_error", code: "internal_error" } });
  const refusedMessage = await fetch(`${program.url}/v1/messages`, { method: "POST", body: "{}" });
  expect(refusedMessage.status).toBe(500);
  expect(await refusedMessage.json()).toMatchObject({ type: "error", error: { type: "api_error" } });

  renameSync(`${application}.old`, application);
  expect((await fetch(`${program.url}/health`)).status).toBe(200);
  const { code, stderr } = await program.stop();
  expect(code).toBe(0);
  expect(stderr).toMatch(new RegExp(`"event":"proc.unanswered".*"${requestId}"`));
  expect(stderr).not.toMatch(/^error: /m);
});
