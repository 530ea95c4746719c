import { readFile } from "node:fs/promises";
import { parseJsonObject } from "../../json.ts";

const contentSharing = "codeWhisperer.shareCodeWhispererContentWithAWS";

/**
 * Whether requests ask Amazon not to keep their content: as the Amazon Q CLI's settings say, which share unless they
 * say no; without readable settings nobody agreed to share, so yes.
 */
export async function optsOutOfSharing(settingsPath: string | undefined): Promise<boolean> {
  if (settingsPath === undefined) return true;
  const text = await readFile(settingsPath, "utf8").catch(() => "");
  const settings = parseJsonObject(text);
  return settings === undefined || settings[contentSharing] === false;
}
