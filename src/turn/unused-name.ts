/** A name that none of these is: the one wanted, or that with as many underscores behind it as it takes. */
export function unusedName(wanted: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  let name = wanted;
  while (names.has(name)) name += "_";
  return name;
}
