interface Started {
  stop(): unknown;
}

/** Once in a file, for `afterEach` or `afterAll`: gives what it is given back, and stops it then. */
export function stopAfter(hook: (stopAll: () => Promise<void>) => void) {
  const open: Started[] = [];
  hook(async () => {
    for (const started of open.splice(0)) await started.stop();
  });
  return <Kept extends Started>(started: Kept): Kept => {
    open.push(started);
    return started;
  };
}
