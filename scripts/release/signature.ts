const namespace = "aqbridge-release";

/** The text's signature, as `ssh-keygen -Y verify` reads it; asks for the key's passphrase on the terminal. */
export async function signature(text: string, keyFile: string): Promise<string> {
  const child = Bun.spawn(["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", keyFile], {
    stdin: new Blob([text]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) !== 0) throw new Error(stderr.trim());
  return stdout;
}
