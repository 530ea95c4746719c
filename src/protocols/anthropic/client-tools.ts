import type { JsonObject } from "../../json.ts";
import type { Tool } from "../../turn/conversation.ts";
import type { DefinedTool } from "./schema.ts";

/** What Anthropic's servers tell their models about a tool that they define and the client runs. */
type Definition = (tool: DefinedTool) => { description: string; properties: JsonObject; required: string[] };

const text = (description: string): JsonObject => ({ type: "string", description });
const oneOf = (values: readonly string[]): JsonObject => ({ type: "string", enum: values });
const pair = (description: string): JsonObject => ({
  type: "array",
  items: { type: "integer" },
  minItems: 2,
  maxItems: 2,
  description,
});

const bash: Definition = () => ({
  description: "Runs a command in a bash shell that stays open between calls, and returns what it prints.",
  properties: {
    command: text("The command; leave it out to restart."),
    restart: { type: "boolean", description: "True to restart the shell." },
  },
  required: [],
});

const files = {
  path: text("The file or folder."),
  view_range: pair("For view: the first and the last line, counted from 1; -1 is the end of the file."),
  file_text: text("For create: the whole content."),
  old_str: text("For str_replace: the text to replace, exactly as in the file, where it must occur once."),
  insert_line: {
    type: "integer",
    description: "For insert: the line to insert after; 0 is the beginning of the file.",
  },
};

const newTexts = {
  new_str: text("For str_replace: the text to put in its place."),
  insert_text: text("For insert: the text to insert."),
};

const textEditor: Definition = ({ type }) => ({
  description: "Views, creates and edits files, and lists folders.",
  properties: {
    command: oneOf([
      "view",
      "create",
      "str_replace",
      "insert",
      ...(type < "text_editor_20250429" ? ["undo_edit"] : []),
    ]),
    ...files,
    ...(type < "text_editor_20250728"
      ? { new_str: text("For str_replace: the text to put in its place; for insert: the text to insert.") }
      : newTexts),
  },
  required: ["command", "path"],
});

const memory: Definition = () => ({
  description:
    "Keeps files under /memories from one conversation to the next. View that folder before anything else, and write down whatever must not be lost as you go: the conversation may be cut short at any time.",
  properties: {
    command: oneOf(["view", "create", "str_replace", "insert", "delete", "rename"]),
    ...files,
    ...newTexts,
    old_path: text("For rename."),
    new_path: text("For rename."),
  },
  required: ["command"],
});

const mouseAndKeys = [
  "key",
  "type",
  "mouse_move",
  "left_click",
  "left_click_drag",
  "right_click",
  "middle_click",
  "double_click",
  "screenshot",
  "cursor_position",
];
const since2025 = ["left_mouse_down", "left_mouse_up", "triple_click", "scroll", "hold_key", "wait"];

const screenOf = (width: unknown, height: unknown): string =>
  typeof width === "number" && typeof height === "number" ? ` It has ${width} × ${height} pixels.` : "";

const computer: Definition = ({ type, display_width_px: width, display_height_px: height }) => ({
  description: `Operates a computer by mouse and keyboard, and takes screenshots.${screenOf(width, height)} Positions are [x, y] in pixels from the screen's top left corner. Take a screenshot to see what an action did.`,
  properties: {
    action: oneOf([...mouseAndKeys, ...(type < "computer_20250124" ? [] : since2025)]),
    coordinate: pair("Where to click, to scroll or to move to."),
    start_coordinate: pair("For left_click_drag: where the drag begins."),
    text: text(
      "For type: the text; for key and hold_key: the keys, such as ctrl+s; for clicks: a key to hold down.",
    ),
    duration: { type: "number", description: "For hold_key and wait: seconds." },
    scroll_direction: oneOf(["up", "down", "left", "right"]),
    scroll_amount: { type: "integer", description: "For scroll: how many clicks of the wheel." },
  },
  required: ["action"],
});

const definitions: Readonly<Record<string, Definition>> = { bash, text_editor: textEditor, memory, computer };

/** The tool with the schema that Anthropic documents for it; undefined for one that the client does not run. */
export function clientTool(tool: DefinedTool): Tool | undefined {
  const [, family = ""] = /^([a-z_]+)_\d{8}$/.exec(tool.type) ?? [];
  const define = Object.hasOwn(definitions, family) ? definitions[family] : undefined;
  if (!define || tool.name === undefined) return undefined;
  const { description, properties, required } = define(tool);
  return { name: tool.name, description, inputSchema: { type: "object", properties, required } };
}
