import { connect } from "node:net";

/** An address of this machine that neither takes connections nor refuses them. */
export interface BlackHole {
  /** Without a path. */
  url: string;
  stop(): Promise<void>;
}

const listener = `
const server = require("node:net").createServer().listen(0, "127.0.0.1", () => console.log(server.address().port));`;
/** More than any system keeps for a listener that takes none. */
const fillers = 1000;

/** A listener that sleeps, with as many connections waiting as its queue holds: the system then drops new ones unheard. */
export async function startBlackHole(): Promise<BlackHole> {
  const child = Bun.spawn([process.execPath, "-e", listener], { stdin: "ignore", stdout: "pipe" });
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  const port = Number(value);
  child.kill("SIGSTOP");

  let connected = 0;
  const sockets = Array.from({ length: fillers }, () => {
    const socket = connect(port, "127.0.0.1", () => connected++);
    return socket.on("error", () => {});
  });
  for (let before = -1; connected === 0 || connected > before; await Bun.sleep(200)) before = connected;
  if (connected === fillers) throw new Error("The queue has no end.");

  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
