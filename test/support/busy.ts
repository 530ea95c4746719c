/**
 * How many milliseconds this process has worked so far; what other processes do meanwhile is none of its. Only the sum
 * is exact: the system divides it by ticks.
 */
export function busyMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
