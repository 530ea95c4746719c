import { efforts, type ReasoningSetting } from "../../turn/conversation.ts";
import type { ServiceModel } from "./service-model.ts";

/** The models of one list by name, however vendor, version, release and context size are spelled (contract 7.2). */
export interface ModelNames {
  /** The model that a name means; undefined for a name that means none of them. */
  find(name: string): ServiceModel | undefined;
  /**
   * The model of a Claude family whose version is nearest to the one that a name asks for: the newest that is not newer,
   * else the oldest. Undefined for a name of no such family.
   */
  nearest(name: string): ServiceModel | undefined;
}

/** The first of the models is the service's own choice. */
export function modelNames(models: readonly ServiceModel[]): ModelNames {
  const byName = new Map(models.map((model) => [canonical(spelled(model.id)), model]));
  const versions = [...byName].flatMap(([name, model]) => {
    const version = versionOf(name);
    return version ? [{ ...version, model }] : [];
  });

  const nearestTo = (family: string, rank: number): ServiceModel | undefined => {
    const ranked = versions
      .filter((version) => version.family === family)
      .toSorted((one, other) => one.rank - other.rank);
    return (ranked.findLast((version) => version.rank <= rank) ?? ranked[0])?.model;
  };

  const newestOfFamily = (name: string): ServiceModel | undefined => {
    const family = /^(?:claude-)?([a-z]+)$/.exec(name)?.[1];
    return family === undefined ? undefined : nearestTo(family, Number.POSITIVE_INFINITY);
  };

  return {
    find(name) {
      const candidates = candidatesFor(name);
      if (candidates[0] === originalName) return models[0];
      for (const candidate of candidates) {
        const id = canonical(candidate);
        const model = byName.get(id) ?? newestOfFamily(id);
        if (model) return model;
      }
      return undefined;
    },
    nearest(name) {
      for (const candidate of candidatesFor(name)) {
        const version = versionOf(canonical(candidate));
        if (version) return nearestTo(version.family, version.rank);
      }
      return undefined;
    },
  };
}

/** What the original program calls the service's own choice of a model. */
const originalName = "amazon-q";

/** Far longer than any real name; the patterns below take their time with longer ones. */
const longestName = 200;

/** Vendors, regions and marketplaces that clients put in front of a model's own name. */
const prefix = /^(.*\/)?(([a-z]+\.)?anthropic\.)?/;
/** Releases, context sizes and proxies' marks of effort; a name may end in several. */
const suffix =
  /(-1m|-latest|[-@]20\d{6}|-v\d+([:-]\d+)?|:thinking|-thinking|-agentic|-(low|medium|high|xhigh|max))$/;

/** A name without its prefix, then also without one suffix after another. */
function candidatesFor(name: string): string[] {
  if (name.length > longestName) return [];
  const candidates = [spelled(name.trim()).replace(prefix, "")];
  for (const candidate of candidates) {
    const shorter = candidate.replace(suffix, "");
    if (shorter !== candidate) candidates.push(shorter);
  }
  return candidates;
}

/** What a name asks for by the marks that proxies append to a model's own, such as `-thinking` or `-high`. */
export function markedReasoning(name: string, { id }: ServiceModel): ReasoningSetting | undefined {
  const [whole = "", ...shorter] = candidatesFor(name);
  if (canonical(whole) === canonical(spelled(id))) return undefined;
  const marks = whole.slice(shorter.at(-1)?.length ?? whole.length).split(/[-:]/);
  const effort = efforts.find((one) => marks.includes(one));
  if (effort) return { enabled: true, effort };
  return marks.includes("thinking") ? { enabled: true } : undefined;
}

const spelled = (name: string) => name.toLowerCase().replaceAll("_", "-").replace("[1m]", "-1m");

/** Family before version, a dot inside the version, and no `.0` at its end. */
const canonical = (name: string): string =>
  name
    .replace(/^(?=(opus|sonnet|haiku|fable)-\d)/, "claude-")
    .replace(/^claude-(\d+(?:[.-]\d+)?)-([a-z]+)/, "claude-$2-$1")
    .replace(/(\d)-(?=\d{1,2}(?:-|$))/, "$1.")
    .replace(/^(claude-[a-z]+-\d+)\.0$/, "$1");

/** Later versions have a greater rank. */
function versionOf(name: string): { family: string; rank: number } | undefined {
  const [, family, major, minor = "0"] = /^claude-([a-z]+)-(\d+)(?:\.(\d+))?$/.exec(name) ?? [];
  return family === undefined ? undefined : { family, rank: Number(major) * 100 + Number(minor) };
}
