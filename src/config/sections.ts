import type { Option } from "./option.ts";
import { optionRows } from "./options.ts";

interface Member {
  /** Inside its section. */
  name: string;
  option: Option;
  /** Another spelling of a member that comes before it. */
  isAlias: boolean;
}

/** The members of config.json by their section, both in the order of the options. */
export function configSections(): ReadonlyMap<string, readonly Member[]> {
  const sections = new Map<string, Member[]>();
  for (const [, option] of optionRows) {
    for (const [index, key] of (option.keys ?? []).entries()) {
      const dot = key.indexOf(".");
      const section = key.slice(0, dot);
      const members = sections.get(section) ?? [];
      members.push({ name: key.slice(dot + 1), option, isAlias: index > 0 });
      sections.set(section, members);
    }
  }
  return sections;
}
