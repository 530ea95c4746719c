import { readSmallFile } from "../../files/small-file.ts";
import { parseJsonObject } from "../../json.ts";

const contentSharing = "codeWhisperer.shareCodeWhispererContentWithAWS";

/**
 * Whether requests ask Amazon not to keep their content. The Amazon Q CLI shares it unless its settings say no; without
 * readable settings nobody has agreed to share it.
 */
export async function optsOutOfSharing(settingsPath: string | undefined): Promise<boolean> {
  if (settingsPath === undefined) return true;
  const file = await readSmallFile(settingsPath);
  const settings = file.state === "text" ? parseJsonObject(file.text) : undefined;
  return settings === undefined || settings[contentSharing] === false;
}
