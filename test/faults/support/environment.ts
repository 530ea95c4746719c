/** The environment of this process for a while: the runtime reads its proxies and its TLS switch there at each request. */
export async function withEnvironment(variables: Readonly<Record<string, string>>, use: () => Promise<void>) {
  Object.assign(process.env, variables);
  try {
    await use();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}
