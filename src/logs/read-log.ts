import { createDigester, type LogDigest } from './digest/digest.ts';
import { readEntries, type ReadCounts } from './entries.ts';
import { compilePrefix } from './prefix.ts';

/** A digest, and how much of the log it is made of. `unmatched` are the first lines that do not begin with the prefix. */
export type LogReport = { digest: LogDigest; counts: ReadCounts; unmatched: string[] };

/** Reads a log of format stderr from its chunks, of any size and cut anywhere; `prefix` is the server's log_line_prefix. */
export async function readLog(chunks: AsyncIterable<Uint8Array>, prefix: string): Promise<LogReport> {
  const digester = createDigester();
  const reader = readEntries([compilePrefix(prefix), compilePrefix(prefix)], digester.listen);
  for await (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { digest: digester.digest(), counts: reader.counts, unmatched: reader.unmatched.map(String) };
}
