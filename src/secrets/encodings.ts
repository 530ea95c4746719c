const escapes = /%([\da-f]{2})|\\(?:u([\da-f]{4})|(["\\/]))/gi;

/** The text without the escapes of URLs and of JSON that may stand for a character of a secret. */
export function unescaped(text: string): string {
  if (!text.includes("%") && !text.includes("\\")) return text;
  return text.replace(escapes, (_, percent?: string, unicode?: string, self = "") =>
    percent === undefined && unicode === undefined
      ? self
      : String.fromCharCode(Number.parseInt(percent ?? unicode ?? "", 16)),
  );
}

/** In either alphabet; shorter ones hold no whole secret worth the name. */
const runs = /[\w+/-]{16,}={0,2}/g;
/** Unlike base64, the ids that fill a log have none. */
const capital = /[A-Z]/;

/** The text without whatever, decoded as base64 from any character on, gives something that `mask` would change. */
export const withoutBase64 = (text: string, mask: (text: string) => string): string =>
  text.replace(runs, (run) => (capital.test(run) && hides(run, mask) ? "[secret]" : run));

const hides = (run: string, mask: (text: string) => string): boolean =>
  [0, 1, 2, 3].some((start) => {
    const decoded = Buffer.from(run.slice(start), "base64").toString("latin1");
    return mask(decoded) !== decoded;
  });
