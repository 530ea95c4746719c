import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { configPath, type LoadedConfig } from "../../config/load.ts";
import type { Option } from "../../config/option.ts";
import { optionNames, options } from "../../config/options.ts";
import { configSchema } from "../../config/schema.ts";
import { starterConfig } from "../../config/starter.ts";
import { errorCode } from "../../error-code.ts";
import { plainJson } from "../../log.ts";
import type { Command, Context } from "../command.ts";
import { allOptionFlags } from "../option-flags.ts";

export const config: Command = {
  summary:
    "Print the settings in effect and where each comes from, print the file's schema, or create the file.",
  argument: { name: "action", choices: ["schema", "init"], isOptional: true },
  options: allOptionFlags,
  examples: [
    "aqbridge config",
    "aqbridge config init",
    "aqbridge config schema > ~/.config/aqbridge/config.schema.json",
  ],
  run({ argument, settings }, context) {
    if (argument === "schema") {
      context.stdout(`${JSON.stringify(configSchema(), null, 2)}\n`);
      return 0;
    }
    if (argument === undefined) return show(context.load(settings), context);
    return create(configPath({ ...context.surroundings, arguments: settings }), context);
  },
};

function show({ config, origins, warnings }: LoadedConfig, { stdout, warn, style }: Context): number {
  const rows = optionNames.map((name) => {
    const { keys, flag, env, type, defaultText }: Option = options[name];
    const value = config[name];
    const label = keys?.[0] ?? (flag === undefined ? env?.[0] : `--${flag}`) ?? name;
    const shown = value === undefined ? `(${defaultText ?? "none"})` : plainJson(value);
    return [label, type.secret && value !== undefined ? "(set)" : shown, origins[name]] as const;
  });
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  for (const [label, value, origin] of rows) {
    const mark = origin === "default" ? style.dim : style.green;
    stdout(`${label.padEnd(labelWidth)}  ${value.padEnd(valueWidth)}  ${mark(origin)}\n`);
  }
  for (const warning of warnings) warn(warning);
  return 0;
}

async function create(path: string | undefined, { stdout, fail }: Context): Promise<number> {
  if (path === undefined) return fail("there is no home directory; name a folder with --dir");
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, starterConfig(), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const code = errorCode(error);
    return fail(code === "EEXIST" ? `${path} already exists` : `cannot write ${path} (${code})`);
  }
  stdout(`Wrote ${path}.\n`);
  return 0;
}
