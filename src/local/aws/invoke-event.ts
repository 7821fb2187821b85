import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import { runningEndpoint } from './endpoint-file.ts';
import { invokeRunning } from './invoke-running.ts';
import { startLocalAws } from './start.ts';

/** Where to look for a running demo, and the project to run the handler from when there is none. */
export type InvokePlace = { root: string; dataDir: string; stage: string; say: (line: string) => void };

/** Runs one function on one event: in the demo when one runs, else in this process. Throws with what the handler threw. */
export async function invokeEvent(place: InvokePlace, functionName: string, event: Json): Promise<Json> {
  const running = await runningEndpoint(place.dataDir);
  if (running !== undefined) return invokeRunning(running, functionName, event);
  place.say('no demo is running; the handler runs in this process');
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-invoke-'));
  try {
    return await invokeHere({ ...place, dataDir }, functionName, event);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

async function invokeHere(place: InvokePlace, functionName: string, event: Json): Promise<Json> {
  const aws = await startLocalAws(place);
  try {
    Object.assign(process.env, aws.environment);
    return await aws.invoke(functionName, event);
  } finally {
    await aws.stop();
  }
}
