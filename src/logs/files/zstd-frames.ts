/** Stands between the pieces where a frame ends. */
const FRAME_END = 'end of frame' as const;

/** What stands at the cursor: the next `need` bytes say what follows, or `pass` bytes belong to the frame, or are skipped. */
type Step =
  | { need: number; next: (header: Uint8Array) => Step }
  | { pass: number; next: () => Step | typeof FRAME_END };

/**
 * Cuts a file of zstd into its frames, each as the list of its pieces. Node's own stream reads one frame and drops the rest in
 * silence (https://github.com/nodejs/node/issues/64741), but pzstd, zstd --adapt and `cat` write many.
 * Format: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export async function* zstdFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const pieces = piecesOf(chunks);
  for (let first = await pieces.next(); first.done !== true; first = await pieces.next()) {
    if (first.value === FRAME_END) continue;
    yield frameOf(first.value, pieces);
  }
}

async function* frameOf(
  first: Uint8Array,
  pieces: AsyncGenerator<Uint8Array | typeof FRAME_END>,
): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await pieces.next(); next.done !== true && next.value !== FRAME_END; next = await pieces.next())
    yield next.value;
}

async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | typeof FRAME_END> {
  let step: Step = frameStart;
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let rest: Uint8Array = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    while (rest.length > 0 && !('need' in step && rest.length < step.need)) {
      const part: Uint8Array = rest.subarray(0, 'need' in step ? step.need : step.pass);
      rest = rest.subarray(part.length);
      yield part;
      const next = after(step, part);
      if (next === FRAME_END) yield FRAME_END;
      step = next === FRAME_END ? frameStart : next;
    }
    held = Buffer.from(rest);
  }
  // A beginning that is no whole frame: the decoder says what is wrong with it.
  if (held.length > 0) yield held;
}

/** What follows a part; a step over no bytes at all is taken at once. */
function after(step: Step, part: Uint8Array): Step | typeof FRAME_END {
  if ('pass' in step && part.length < step.pass) return { pass: step.pass - part.length, next: step.next };
  let next = 'need' in step ? step.next(part) : step.next();
  while (next !== FRAME_END && 'pass' in next && next.pass === 0) next = next.next();
  return next;
}

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

const frameStart: Step = { need: 5, next: afterMagic };

function afterMagic(header: Uint8Array): Step {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const magic = view.getUint32(0, true);
  const descriptor = view.getUint8(4);
  if (magic === MAGIC) return { pass: frameHeaderBytes(descriptor), next: () => blockStart((descriptor & 4) !== 0) };
  // What is no frame goes to the decoder as a whole, for it to refuse; a skippable one it skips by itself.
  if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE) return { pass: Number.MAX_SAFE_INTEGER, next: () => FRAME_END };
  const low = descriptor;
  return {
    need: 3,
    next: (more) => ({
      pass: low + (more[0] as number) * 256 + (more[1] as number) * 65_536 + (more[2] as number) * 16_777_216,
      next: () => FRAME_END,
    }),
  };
}

/** Bytes of the frame's header after its descriptor: window, dictionary id and content size. */
function frameHeaderBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 32) !== 0;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  return (isSingleSegment ? 0 : 1) + dictionary + contentSize;
}

function blockStart(hasChecksum: boolean): Step {
  return {
    need: 3,
    next(header) {
      const bits = (header[0] as number) + (header[1] as number) * 256 + (header[2] as number) * 65_536;
      const isRepeated = ((bits >> 1) & 3) === 1;
      const pass = isRepeated ? 1 : bits >> 3;
      if ((bits & 1) === 0) return { pass, next: () => blockStart(hasChecksum) };
      return { pass: pass + (hasChecksum ? 4 : 0), next: () => FRAME_END };
    },
  };
}
