import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createSecrets } from "../../src/secrets/secrets.ts";

const numRuns = 2000;

const tokenLetter = fc.constantFrom(
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=:",
);
const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));

/** As login services make them. */
const issued = fc
  .tuple(
    fc.constantFrom("aoa", "aor", "eyJ", "ksk_", ""),
    fc.string({ unit: tokenLetter, minLength: 30, maxLength: 200 }),
  )
  .map(([beginning, rest]) => `${beginning}${rest}aB3`);
/** As people choose them. */
const chosen = fc.string({ unit: printable, minLength: 12, maxLength: 40 });

const asCodes = (mark: string) => (text: string) =>
  [...Buffer.from(text)].map((byte) => mark + byte.toString(16).padStart(2, "0")).join("");
const quoted = (text: string) => JSON.stringify(text).slice(1, -1);

/** Ways in which somebody may give a text back. */
const wrapping = fc.constantFrom(
  (text: string) => text,
  encodeURIComponent,
  asCodes("%"),
  quoted,
  asCodes("\\u00"),
  (text: string) => quoted(quoted(text)),
  (text: string) => encodeURIComponent(quoted(text)),
);

/** What may stand around it, and look as if it belonged to it. */
const noise = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ unit: tokenLetter, maxLength: 20 }),
      fc.constantFrom(" ", '"', "\\", "%", "%2", "\\u00", "Bearer ", "https://", "@", "\n", "=", "[secret]"),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(""));

/** What to look for, with a text in which it stands in one way or another. */
const hidden = (secrets: fc.Arbitrary<string>, cut: (secret: string) => fc.Arbitrary<string>, gap = "") =>
  fc
    .tuple(secrets, wrapping, noise, noise)
    .chain(([secret, wrap, before, after]) =>
      cut(secret).map((piece) => ({ secret, wrap, text: closed(before) + gap + wrap(piece) + gap + after })),
    );

/** What ends in half an escape would take the next characters with it. */
const closed = (text: string) => text.replace(/[%\\]\w{0,4}$/, "$& ");

const anyPiece = (secret: string) =>
  fc
    .tuple(fc.nat({ max: secret.length - 6 }), fc.nat({ max: secret.length }))
    .map(([start, more]) => secret.slice(start, start + 6 + more));

const inBase64 = (secret: string) =>
  fc
    .tuple(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), fc.constantFrom("base64", "base64url"))
    .map(([before, after, alphabet]) => Buffer.from(before + secret + after).toString(alphabet));

function maskOf(...known: readonly string[]) {
  const { learn, mask } = createSecrets();
  for (const [index, value] of known.entries()) learn(`owner ${index}`, [value]);
  return mask;
}

/** Pieces of six characters of the secret that stand in the text. */
const shown = (secret: string, text: string, wrap = (piece: string) => piece): string[] =>
  Array.from({ length: secret.length - 5 }, (_, at) => wrap(secret.slice(at, at + 6))).filter((piece) =>
    text.includes(piece),
  );

describe("property 8: a masked text shows", () => {
  test("no piece of what a login service has issued, whatever else is known, however it is escaped", () => {
    fc.assert(
      fc.property(hidden(issued, anyPiece), fc.array(issued, { maxLength: 3 }), (given, others) => {
        const { secret, wrap, text } = given;
        const masked = maskOf(...others, secret)(text);
        expect([...shown(secret, masked), ...shown(secret, masked, wrap)]).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("none of it in base64, of whichever alphabet, read from whichever character on", () => {
    fc.assert(
      fc.property(hidden(issued, inBase64), ({ secret, text }) => {
        const runs = maskOf(secret)(text).match(/[\w+/-]+/g) ?? [];
        const read = runs.flatMap((run) =>
          [0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), "base64")),
        );
        for (const bytes of read) expect(shown(secret, bytes.toString("latin1"))).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("nothing that a person has chosen, as a whole", () => {
    fc.assert(
      fc.property(hidden(chosen, fc.constant, " "), ({ secret, wrap, text }) => {
        fc.pre(!"[secret] [token] //".includes(secret));
        const masked = maskOf(secret)(text);
        expect(masked).not.toContain(secret);
        expect(masked).not.toContain(wrap(secret));
      }),
      { numRuns },
    );
  });

  test("all that is no secret", () => {
    const word = fc.oneof(
      fc.lorem(),
      fc.uuid(),
      fc.domain().filter((name) => !/^ao[ar]|\Wao[ar]/.test(name)),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom(
        "/v1/chat/completions",
        "claude-sonnet-4.5",
        "ValidationException",
        "100 %",
        "C:\\Users",
      ),
    );
    fc.assert(
      fc.property(fc.array(issued, { maxLength: 4 }), fc.array(word, { maxLength: 6 }), (known, words) => {
        const text = words.join(" ");
        expect(maskOf(...known)(text)).toBe(text);
      }),
      { numRuns },
    );
  });
});
