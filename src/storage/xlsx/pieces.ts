/** What takes the stretches of a part, as they come. */
export interface Taker {
  /** How many bytes of a stretch are done with; the others come again, with what follows. `isEnd`: nothing follows. */
  take(bytes: Buffer, isEnd: boolean): number;
  /** How many bytes of the next piece complete what is left over; 0 where it is to be joined with the whole piece. */
  joint(piece: Buffer): number;
  /** Nothing more is wanted: the reading stops, and whether the part is sound is not told. */
  isDone(): boolean;
}

/** Hands over what comes, piece by piece: what was left over is joined with as little of the next piece as will do. */
export async function takePieces(pieces: AsyncIterable<Buffer>, taker: Taker): Promise<void> {
  let waiting: Buffer[] = [];
  let size = 0;
  let wanted = 0;
  for await (const piece of pieces) {
    size += piece.length;
    // What is kept is copied: a piece is there until the next one comes.
    waiting.push(size < wanted ? Buffer.from(piece) : piece);
    if (size < wanted) continue;
    const left = takeWaiting(taker, waiting, size);
    if (taker.isDone()) return;
    // What is longer than many pieces is not looked at again with every one of them.
    wanted = left.length === size ? 2 * size : 0;
    waiting = [Buffer.from(left)];
    size = left.length;
  }
  taker.take(Buffer.concat(waiting, size), true);
}

function takeWaiting(taker: Taker, waiting: readonly Buffer[], size: number): Buffer {
  const [left, piece] = waiting;
  const cut = waiting.length === 2 && left && piece && left.length > 0 ? taker.joint(piece) : 0;
  if (cut > 0 && left && piece) {
    const first = Buffer.concat([left, piece.subarray(0, cut)]);
    const undone = first.length - taker.take(first, false);
    // What is left of it stands in the piece.
    if (undone <= cut) {
      const rest = piece.subarray(cut - undone);
      return taker.isDone() ? rest : rest.subarray(taker.take(rest, false));
    }
    return Buffer.concat([first.subarray(first.length - undone), piece.subarray(cut)]);
  }
  const bytes = waiting.length === 2 && left?.length === 0 && piece ? piece : Buffer.concat(waiting, size);
  return bytes.subarray(taker.take(bytes, false));
}
