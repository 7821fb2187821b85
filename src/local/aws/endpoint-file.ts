import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const FILE = 'lambda-endpoint.json';
const shape = z.object({ url: z.string(), functions: z.record(z.string(), z.object({ durable: z.boolean() })) });

/** Where a running demo's Lambda API is, and which functions it has. */
export type RecordedEndpoint = z.output<typeof shape>;

export function recordEndpoint(dataDir: string, endpoint: RecordedEndpoint): void {
  writeFileSync(join(dataDir, FILE), JSON.stringify(endpoint));
}

export function forgetEndpoint(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}

/** The recorded endpoint if somebody answers there; a crash leaves the record behind. */
export async function runningEndpoint(dataDir: string): Promise<RecordedEndpoint | undefined> {
  try {
    const recorded = shape.parse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')));
    const answer = await fetch(recorded.url, { signal: AbortSignal.timeout(2000) });
    return answer.headers.has('x-amzn-requestid') ? recorded : undefined;
  } catch {
    return undefined;
  }
}
