import { describe, expect, test } from "bun:test";
import { readImageHeader } from "../../../src/amazonq/request/image-header.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { DocumentPart, ImagePart, Message } from "../../../src/turn/conversation.ts";
import { busyMs } from "../../support/busy.ts";
import { gif, jpeg, type Picture, png, webp, webpVp8, webpVp8l } from "../../support/images.ts";
import {
  assistant,
  build,
  call,
  current,
  image,
  modelNamed,
  result,
  spoken,
  user,
  userMessages,
  violations,
} from "../../support/request.ts";

function refusal(messages: Message[]): BridgeError {
  try {
    build(messages);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const raw = (data: string): ImagePart => ({ type: "image", data, mediaType: "image/png" });
const sides = (request: ReturnType<typeof build>) =>
  userMessages(request).flatMap(({ images = [] }) =>
    images.map(({ source }) => readImageHeader(source.bytes)?.longestSide),
  );

describe("image headers", () => {
  const pictures: [string, Picture][] = [
    ["PNG", png(640, 480)],
    ["JPEG", jpeg(480, 640)],
    ["JPEG behind 60 KB of metadata", jpeg(480, 640, 60_000)],
    ["GIF", gif(640, 1)],
    ["WebP", webp(1, 640)],
    ["lossy WebP", webpVp8(640, 3)],
    ["lossless WebP", webpVp8l(3, 640)],
  ];
  for (const [name, { data, format }] of pictures) {
    test(`R45, R47: a ${name} tells its format and size`, () =>
      expect(readImageHeader(data)).toEqual({ format, longestSide: 640 }));
  }

  test("R45: a file that is cut off has a format and no size", () => {
    for (const [, { data, format }] of pictures) {
      expect(readImageHeader(data.slice(0, format === "gif" ? 12 : 16))).toEqual({ format, longestSide: 0 });
    }
  });

  test("R47: other files have none", () => {
    for (const bytes of ["<svg/>", "", "BM", "RIFF....WAVE", "%PDF-1.7"]) {
      expect(readImageHeader(Buffer.from(bytes).toString("base64"))).toBeUndefined();
    }
  });

  test("a JPEG made of endless segments is given up soon", () => {
    const endless = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(3_000_000, 0xff)]).toString(
      "base64",
    );
    const times = [1, 2, 3].map(() => {
      const started = busyMs();
      expect(readImageHeader(endless)?.longestSide).toBe(0);
      return busyMs() - started;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

describe("images", () => {
  test("R47: the format is what the bytes say", () => {
    const request = build([user({ ...image(jpeg(1, 1)), mediaType: "image/png" }, "What is it?")]);
    expect(current(request).images).toEqual([{ format: "jpeg", source: { bytes: jpeg(1, 1).data } }]);
    expect(violations(request)).toEqual([]);
  });

  const refused = [
    {
      rule: "R44: larger than 5 MB",
      part: raw(`${png(1, 1).data}${"A".repeat(5_242_880)}`),
      kind: "too-large",
      says: /5 MB/,
    },
    {
      rule: "R45: wider than 8000 pixels",
      part: image(png(8001, 1)),
      kind: "too-large",
      says: /8000 pixels/,
    },
    {
      rule: "R47: of another format",
      part: raw("PHN2Zy8+"),
      kind: "invalid-request",
      says: /PNG, JPEG, GIF or WebP/,
    },
    {
      rule: "R48: not base64",
      part: raw("https://example.com/a.png"),
      kind: "invalid-request",
      says: /base64/,
    },
    { rule: "R47: empty", part: raw(""), kind: "invalid-request", says: /base64/ },
  ];
  for (const { rule, part, kind, says } of refused) {
    test(`${rule} in the last message is the client's error`, () => {
      const path = "messages[2].content[1]";
      const error = refusal([user("a"), assistant("b"), user("c", { ...part, path })]);
      expect(error.kind).toBe(kind as BridgeError["kind"]);
      expect(error.message).toMatch(says);
      expect(error.message).toContain(`The image in ${path} is `);
      expect(error.param).toBe(path);
    });

    test(`${rule} further back becomes a note`, () => {
      const request = build([user("a", part), user("b")]);
      expect(spoken(request)[0]).toMatch(/^user: a\n\n\(image left out: it .+\)\n\nb$/);
      expect(violations(request)).toEqual([]);
    });
  }

  test("one that a tool gave becomes a note, so that the model can go on", () => {
    const request = build([user("a"), assistant(call("1")), user(result("1", raw("")))]);
    expect(JSON.stringify(request.body)).toContain(
      "(image left out: it is not a PNG, JPEG, GIF or WebP file",
    );
    expect(violations(request)).toEqual([]);
  });

  test("instructions behind the last message change nothing of it", () => {
    const error = refusal([user("a", raw("")), { role: "system", text: "Be brief." }]);
    expect(error.message).toStartWith("The image in the last message is ");
  });

  test("R45: of more than twenty with a large one among them the newest twenty stay", () => {
    const messages = [
      user(image(png(2001, 1))),
      ...Array.from({ length: 20 }, () => user(image(png(9, 9)), image(png(7, 7)))),
    ];
    const smallOnly = build(messages.toSpliced(0, 1));
    expect(sides(smallOnly)).toHaveLength(40);
    const request = build(messages);
    expect(sides(request)).toHaveLength(40);
    expect(current(request).content).toContain("(image left out: newer images take its place)");
    const newestLarge = build([...messages.slice(1), user(image(png(2001, 1)))]);
    expect(sides(newestLarge)).toEqual([
      ...Array.from({ length: 19 }, (_, index) => (index % 2 === 0 ? 7 : 9)),
      2001,
    ]);
    const justSmall = build([...messages.slice(1), user(image(png(2000, 2000)))]);
    expect(sides(justSmall)).toHaveLength(41);
    for (const each of [smallOnly, request, newestLarge, justSmall]) expect(violations(each)).toEqual([]);
  });

  test("R46: of more than a hundred the newest hundred stay", () => {
    const request = build(Array.from({ length: 105 }, (_, index) => user(image(png(index + 1, 1)))));
    expect(sides(request)).toEqual(Array.from({ length: 100 }, (_, index) => index + 6));
    expect(violations(request)).toEqual([]);
  });

  test("R46: more than ten of one message go on in further messages, the question in the last", () => {
    const request = build([user(...Array.from({ length: 12 }, () => image(png(1, 1))), "Which is best?")]);
    expect(userMessages(request).map(({ images = [] }) => images.length)).toEqual([10, 2]);
    expect(spoken(request)).toEqual([
      "user: (see the attached image)",
      "assistant: (waiting for the rest)",
      "user: Which is best?",
    ]);
    expect(violations(request)).toEqual([]);
  });

  test("R49: a model that reads text only gets notes", () => {
    const request = build([user(image(png(1, 1)), "a")], {}, { model: modelNamed("deepseek-3.2") });
    expect(spoken(request)).toEqual(["user: (image left out: this model reads text only)\n\na"]);
    expect(violations(request)).toEqual([]);
  });
});

describe("documents", () => {
  const document = (mediaType: string, content = "Grüße"): DocumentPart => ({
    type: "document",
    name: "notes",
    mediaType,
    data: Buffer.from(content).toString("base64"),
  });

  for (const mediaType of [
    "text/plain",
    "text/markdown; charset=utf-8",
    "text/csv",
    "application/json",
    "application/ld+json",
  ]) {
    test(`${mediaType} becomes text under a heading`, () =>
      expect(spoken(build([user(document(mediaType), "Sum up.")]))).toEqual([
        "user: [Document: notes]\n\nGrüße\n\nSum up.",
      ]));
  }

  test.each([
    ["Windows' own", Buffer.from("Gr\xfc\xdfe \x80", "latin1"), "Grüße €"],
    ["UTF-16", Buffer.from("\ufeffGrüße", "utf16le"), "Grüße"],
    ["UTF-16 the other way round", Buffer.from("\ufeffGrüße", "utf16le").swap16(), "Grüße"],
  ])("text in %s encoding is read as such", (_name, bytes, text) => {
    const notes = { ...document("text/csv"), data: bytes.toString("base64") };
    expect(spoken(build([user(notes)]))).toEqual([`user: [Document: notes]\n\n${text}`]);
  });

  test.each(["R3LDvMOfZQ", "R3LD\r\nvMOf\r\nZQ==\n"])("base64 may be written as %j", (data) =>
    expect(spoken(build([user({ ...document("text/csv"), data })]))).toEqual([
      "user: [Document: notes]\n\nGrüße",
    ]),
  );

  test("text that is no base64 is the client's error in the last message and a note before", () => {
    const bare = { ...document("text/plain"), data: "Just so." };
    expect(() => build([user(bare)])).toThrow(
      'The document "notes" in the last message is not base64; convert it or leave it out.',
    );
    expect(spoken(build([user(bare), assistant("a"), user("b")]))[0]).toBe(
      'user: (document "notes" left out: it is not base64)',
    );
  });

  test("line ends without end are found to be no base64 in linear time", () => {
    const before = busyMs();
    expect(() => build([user({ ...document("text/plain"), data: `${"\n".repeat(100_000)}!` })])).toThrow(
      "is not base64",
    );
    expect(busyMs() - before).toBeLessThan(1_000);
  });

  test("in a tool result it stays in the result", () => {
    const request = build([user("a"), assistant(call("1")), user(result("1", document("text/plain")))]);
    expect(current(request).userInputMessageContext?.toolResults?.[0]?.content).toEqual([
      { text: "[Document: notes]\n\nGrüße" },
    ]);
  });

  test("a PDF in the last message is the client's error", () => {
    const error = refusal([user(document("application/pdf"))]);
    expect(error.kind).toBe("invalid-request");
    expect(error.message).toBe(
      'The document "notes" in the last message has the media type application/pdf, and only text can be read; convert it or leave it out.',
    );
  });

  test("a PDF further back becomes a note", () => {
    expect(spoken(build([user(document("application/pdf")), assistant("b"), user("c")]))[0]).toBe(
      'user: (document "notes" left out: it has the media type application/pdf, and only text can be read)',
    );
  });

  describe("of a model that reads them", () => {
    const reader = { ...modelNamed("claude-opus-5"), acceptsDocuments: true };
    const buildFor = (messages: Message[]) => build(messages, {}, { model: reader });
    const named = (name: string, mediaType = "application/pdf", content = "%PDF-1.7"): DocumentPart => ({
      ...document(mediaType, content),
      name,
    });
    const names = (request: ReturnType<typeof build>) =>
      userMessages(request).flatMap(({ documents = [] }) => documents.map(({ name }) => name));

    test.each([
      ["application/pdf", "pdf"],
      ["text/plain; charset=utf-8", "txt"],
      ["Text/Markdown", "md"],
      ["text/csv", "csv"],
      ["text/html", "html"],
      ["application/msword", "doc"],
      ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
      ["application/vnd.ms-excel", "xls"],
      ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
    ])("%s travels as %s", (mediaType, format) => {
      const request = buildFor([user(document(mediaType), "Sum up.")]);
      expect(current(request).documents as unknown).toEqual([
        { name: "notes", format, source: { bytes: Buffer.from("Grüße").toString("base64") } },
      ]);
      expect(spoken(request)).toEqual(["user: Sum up."]);
      expect(violations(request)).toEqual([]);
    });

    test("other text becomes text under a heading", () =>
      expect(spoken(buildFor([user(document("application/json"))]))).toEqual([
        "user: [Document: notes]\n\nGrüße",
      ]));

    test("so does text without any, which the service has no form for", () =>
      expect(spoken(buildFor([user(document("text/plain", ""), "a")]))[0]).toStartWith(
        "user: [Document: notes]",
      ));

    test("R42: those of a tool result stand beside it, and it says so", () => {
      const request = buildFor([user("a"), assistant(call("1")), user(result("1", named("spec")))]);
      expect(names(request)).toEqual(["spec"]);
      expect(current(request).userInputMessageContext?.toolResults?.[0]?.content).toEqual([
        { text: '(document "spec" attached to this message)' },
      ]);
      expect(violations(request)).toEqual([]);
    });

    test("R15: a message of documents alone points to them", () =>
      expect(spoken(buildFor([user(named("spec"))]))).toEqual(["user: (see the attached document)"]));

    test("R50: names are legal and differ, the first of a name keeping it", () => {
      const given = ["a.pdf", "A/pdf", "a.pdf 2", "", "é", "x".repeat(300)];
      const request = buildFor(given.map((name) => user(named(name))));
      expect(names(request)).toEqual([
        "a pdf",
        "A pdf 2",
        "a pdf 2 2",
        "document",
        "document 2",
        "x".repeat(196),
      ]);
      expect(violations(request)).toEqual([]);
    });

    test("R50: one that nobody can read is the client's error in the last message and a note before", () => {
      const archive = named("a", "application/zip");
      expect(() => buildFor([user(archive)])).toThrow(
        expect.objectContaining({
          kind: "invalid-request",
          message: expect.stringContaining("application/zip, and only PDF, Word"),
        }),
      );
      expect(spoken(buildFor([user(archive), user("b")]))[0]).toMatch(/^user: \(document "a" left out: /);
    });

    test("R50: one that is too large is refused", () => {
      const large = { ...named("a"), data: "AAAA".repeat(1_600_000) };
      expect(() => buildFor([user(large)])).toThrow(
        expect.objectContaining({
          kind: "too-large",
          message: expect.stringContaining("larger than 4.5 MB"),
        }),
      );
    });

    test("R46: images and documents are a hundred together", () => {
      const messages = Array.from({ length: 60 }, (_, index) => user(named(`d${index}`), image(png(1, 1))));
      const request = buildFor(messages);
      expect(names(request)).toHaveLength(50);
      expect(sides(request)).toHaveLength(50);
      expect(JSON.stringify(request.body)).toContain("newer documents take its place");
      expect(violations(request)).toEqual([]);
    });
  });
});
