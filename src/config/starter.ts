import type { Option } from "./option.ts";
import { configSections } from "./sections.ts";

/** A config.json that changes nothing: every option explained and commented out, with its default. */
export function starterConfig(): string {
  const sections = [...configSections()].map(([section, members]) => {
    const own = members.filter(({ option, isAlias }) => !isAlias && !option.type.secret);
    return `  "${section}": {\n${own.map(({ name, option }) => commentedOut(name, option)).join("\n")}\n  },\n`;
  });
  return `{\n${opening}\n${sections.join("\n")}}\n`;
}

const opening = [
  "Settings of aqbridge. Flags and environment variables win over this file; what is commented out has its",
  "default. Nothing in this file needs to be secret: give the API key as AQBRIDGE_API_KEY.",
  "An editor checks and completes it by the schema that `aqbridge config schema > config.schema.json` writes.",
  '"$schema": "./config.schema.json",',
]
  .map((line) => `  // ${line}\n`)
  .join("");

const commentedOut = (name: string, { help, default: value = "", defaultText }: Option) => {
  const meaning = value === "" ? ` (${defaultText})` : "";
  return `    // ${help}${meaning}\n    // "${name}": ${JSON.stringify(value)},`;
};
