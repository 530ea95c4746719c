import type { Chunking } from "./script.ts";
import type { Piece } from "./stream.ts";

/** The same bytes in other chunks; a pause or a cut is always preceded by every byte before it. */
export function rechunk(pieces: Iterable<Piece>, chunking: Chunking): Iterator<Piece> {
  if (chunking === "frame") return pieces[Symbol.iterator]();
  if (chunking === "straddling") return straddling(pieces);
  return inSteps(pieces, chunking === "whole" ? Number.POSITIVE_INFINITY : chunking);
}

function* inSteps(pieces: Iterable<Piece>, size: number): Generator<Piece> {
  let waiting: Uint8Array[] = [];
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      waiting.push(piece);
      continue;
    }
    yield* cutEvery(Buffer.concat(waiting), size);
    waiting = [];
    yield piece;
  }
  yield* cutEvery(Buffer.concat(waiting), size);
}

function* cutEvery(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** Holds each chunk's last byte back until the next one. */
function* straddling(pieces: Iterable<Piece>): Generator<Piece> {
  let held: Uint8Array = new Uint8Array();
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      const ready = Buffer.concat([held, piece.subarray(0, -1)]);
      if (ready.length > 0) yield ready;
      held = piece.subarray(-1);
      continue;
    }
    if (held.length > 0) yield held;
    held = new Uint8Array();
    yield piece;
  }
  if (held.length > 0) yield held;
}
