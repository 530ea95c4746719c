import type { ServiceModel } from "./service-model.ts";

/** Well beyond any real one; the patterns below take their time with longer ones. */
const longestName = 200;

/** Vendors, regions and marketplaces that clients put in front of a model's own name. */
const prefix = /^(.*\/)?(([a-z]+\.)?anthropic\.)?/;
/** Releases, context sizes and proxies' effort marks; a name may end in several. */
const suffix =
  /(-1m|-latest|[-@]20\d{6}|-v\d+([:-]\d+)?|:thinking|-thinking|-agentic|-(low|medium|high|xhigh|max))$/;

/**
 * The model that a name means, however its vendor, version, release and context size are spelled (contract 7.2);
 * undefined for one that means none of them. The first of the models is the service's own choice.
 */
export function findModel(name: string, models: readonly ServiceModel[]): ServiceModel | undefined {
  if (name.length > longestName) return undefined;
  const plain = withoutPrefix(name);
  if (plain === originalName) return models[0];
  const byName = namesOf(models);
  for (const candidate of shorterAndShorter(plain)) {
    const id = canonical(candidate);
    const model = byName.get(id) ?? newestOfFamily(id, byName);
    if (model) return model;
  }
  return undefined;
}

/**
 * The model of a Claude family whose version is nearest to the one that a name wants: the newest that is not newer, else
 * the oldest. Undefined for a name of no such family.
 */
export function nearestRelative(name: string, models: readonly ServiceModel[]): ServiceModel | undefined {
  if (name.length > longestName) return undefined;
  for (const candidate of shorterAndShorter(withoutPrefix(name))) {
    const wanted = versionOf(canonical(candidate));
    if (wanted) return nearest(relativesOf(wanted.family, namesOf(models)), wanted.rank);
  }
  return undefined;
}

function nearest(relatives: readonly Relative[], rank: number): ServiceModel | undefined {
  const ranked = relatives.toSorted((one, other) => one.rank - other.rank);
  return (ranked.findLast((relative) => relative.rank <= rank) ?? ranked[0])?.model;
}

const withoutPrefix = (name: string) => spelled(name.trim()).replace(prefix, "");

const namesOf = (models: readonly ServiceModel[]): ReadonlyMap<string, ServiceModel> =>
  new Map(models.map((model) => [canonical(spelled(model.id)), model]));

/** What the original program calls the service's own choice of a model. */
const originalName = "amazon-q";

const spelled = (name: string) => name.toLowerCase().replaceAll("_", "-").replace("[1m]", "-1m");

function* shorterAndShorter(name: string): Generator<string> {
  let rest = name;
  let before: string;
  do {
    yield rest;
    before = rest;
    rest = rest.replace(suffix, "");
  } while (rest !== before);
}

/** Family before version, a dot inside the version, none behind a single number. */
const canonical = (name: string): string =>
  name
    .replace(/^(?=(opus|sonnet|haiku|fable)-\d)/, "claude-")
    .replace(/^claude-(\d+(?:[.-]\d+)?)-([a-z]+)/, "claude-$2-$1")
    .replace(/(\d)-(?=\d{1,2}(?:-|$))/, "$1.")
    .replace(/^(claude-[a-z]+-\d+)\.0$/, "$1");

const version = /^claude-([a-z]+)-(\d+)(?:\.(\d+))?$/;

/** The rank of a later version is greater. */
function versionOf(name: string): { family: string; rank: number } | undefined {
  const [, family, major, minor = "0"] = version.exec(name) ?? [];
  return family === undefined ? undefined : { family, rank: Number(major) * 100 + Number(minor) };
}

interface Relative {
  model: ServiceModel;
  rank: number;
}

const relativesOf = (family: string, byName: ReadonlyMap<string, ServiceModel>): Relative[] =>
  [...byName].flatMap(([name, model]) => {
    const known = versionOf(name);
    return known?.family === family ? [{ model, rank: known.rank }] : [];
  });

function newestOfFamily(name: string, byName: ReadonlyMap<string, ServiceModel>): ServiceModel | undefined {
  const family = /^(?:claude-)?([a-z]+)$/.exec(name)?.[1];
  return family === undefined ? undefined : nearest(relativesOf(family, byName), Number.POSITIVE_INFINITY);
}
