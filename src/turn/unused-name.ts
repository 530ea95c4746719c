/** A name that is not taken: the wanted one, with as many underscores appended as it takes. */
export function unusedName(wanted: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  let name = wanted;
  while (names.has(name)) name += "_";
  return name;
}
