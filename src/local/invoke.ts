import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '../core/json.ts';
import { invokeEvent } from './aws/invoke-event.ts';

const USAGE = 'npm run invoke -- <function> events/<file>.json';
const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string): void => void process.stderr.write(`nightshift: ${line}\n`);

// Standard output is for the result alone; what handlers log there goes to standard error.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

try {
  const [functionName, file, ...more] = process.argv.slice(2);
  if (functionName === undefined || file === undefined || more.length > 0) throw new Error(`Usage: ${USAGE}`);
  const event: Json = JSON.parse(readFileSync(file, 'utf8'));
  const place = { root, dataDir: join(root, '.nightshift', 'lambda'), stage: 'dev', say };
  const result = await invokeEvent(place, functionName, event);
  print(`${JSON.stringify(result, null, 2)}\n`, () => process.exit(0));
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
}
