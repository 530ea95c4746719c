/**
 * The environment of this process for a while: the runtime reads its proxies, its TLS switch and its folder of temporary
 * files there each time.
 */
export async function withEnvironment(variables: Readonly<Record<string, string>>, use: () => Promise<void>) {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    await use();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
