import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { Asked, Given, Stream } from './inflate-apart.ts';
import { notePoints } from './note-points.ts';
import { inflatePieces, isZlibError, PIECE } from './package.ts';

// A thread that inflates, sums up and notes points, so that the program has only to read what comes: a bundle of its own.
// Pieces travel in a few buffers that go to and fro: where all are away it waits, and a piece that is read too late is empty,
// not another one.
const BUFFERS = 3;
const free = Array.from({ length: BUFFERS }, () => new ArrayBuffer(PIECE));
let wake = () => {};

parentPort?.on('message', (asked: Asked) => {
  if ('packed' in asked) void inflate(asked).then(give);
  else {
    free.push(asked.done);
    wake();
  }
});

// The first word: it is there.
parentPort?.postMessage(null);

async function inflate({ packed, size, wanted }: Stream): Promise<Given> {
  const notes =
    wanted && notePoints(Buffer.from(packed.buffer, packed.byteOffset, packed.length), size, wanted);
  let [at, crc] = [0, 0];
  try {
    for await (const piece of inflatePieces(packed)) {
      at += piece.length;
      if (at > size) break;
      crc = notes ? notes.sum(piece) : crc32(piece, crc);
      const buffer = await nextBuffer();
      new Uint8Array(buffer).set(piece);
      give({ buffer, length: piece.length }, [buffer]);
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    return { isInflated: false, size: at, crc, points: null };
  }
  return { isInflated: true, size: at, crc, points: notes?.points() ?? null };
}

function give(given: Given, moved: ArrayBuffer[] = []): void {
  parentPort?.postMessage(given, moved);
}

async function nextBuffer(): Promise<ArrayBuffer> {
  for (;;) {
    const buffer = free.pop();
    if (buffer) return buffer;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
