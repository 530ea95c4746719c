import { readSmallFile } from "../../files/small-file.ts";
import { parseJsonObject } from "../../json.ts";

const contentSharing = "codeWhisperer.shareCodeWhispererContentWithAWS";

/**
 * Whether requests ask Amazon not to keep their content: as the Amazon Q CLI's settings say, which share unless they
 * say no; without readable settings nobody agreed to share, so yes.
 */
export async function optsOutOfSharing(settingsPath: string | undefined): Promise<boolean> {
  if (settingsPath === undefined) return true;
  const file = await readSmallFile(settingsPath);
  const settings = file.state === "text" ? parseJsonObject(file.text) : undefined;
  return settings === undefined || settings[contentSharing] === false;
}
