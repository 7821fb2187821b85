import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resetFleet } from './fleet/index.ts';
import { startLaptop, type Laptop } from './laptop.ts';
import { runOnce } from './once.ts';

const USAGE = `npm run demo -- [--once "/db health shop-db"] [--reset] [--port 4380] [--data .nightshift]`;
const USAGE_ERROR = 64;

const root = fileURLToPath(new URL('../..', import.meta.url));
const startedAt = performance.now();
const say = (line: string) => void process.stderr.write(`nightshift: ${line}\n`);

const options = readOptions();
if (options.reset) await reset(options.data).catch(explain);
const laptop = await startLaptop({ root, dataDir: options.data, say, port: options.port }).catch(explain);
const stopping = stopOnSignals(laptop);
if (options.once === undefined) announce(laptop);
else {
  const { text, code } = await runOnce(laptop, options.once);
  await stopping.stop();
  process.stdout.write(`${text}\n`, () => process.exit(code));
}

function readOptions(): { once: string | undefined; reset: boolean; port: number; data: string } {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'string' },
        reset: { type: 'boolean', default: false },
        port: { type: 'string', default: '4380' },
        data: { type: 'string', default: fileURLToPath(new URL('../../.nightshift', import.meta.url)) },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is not a port`);
    return { once: values.once, reset: values.reset, port, data: values.data };
  } catch (thrown) {
    say(`${thrown instanceof Error ? thrown.message : String(thrown)}. Usage: ${USAGE}`);
    process.exit(USAGE_ERROR);
  }
}

/** Refuses while another demo owns the data; ends what a killed one has left running before its record is gone. */
async function reset(dataDir: string): Promise<void> {
  await resetFleet(join(dataDir, 'fleet'));
  rmSync(dataDir, { recursive: true, force: true });
}

function explain(thrown: unknown): never {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exit(1);
}

function announce({ slack, fleet, logPath }: Laptop): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`ready in ${seconds} s (databases ${fleet.readySeconds.toFixed(1)} s)`);
  for (const [member, address] of Object.entries(fleet.addresses)) say(`  ${member.padEnd(14)} ${address}`);
  say(`log     ${logPath}`);
  say(`console ${slack.url}   try: /db health shop-db   (Ctrl-C stops everything)`);
}

/** A signal to the whole group reaches us twice: by itself, and passed on by our parent. */
const ONE_SIGNAL_MS = 1000;

/** The first signal stops in order, a second one at once; a parent that is gone counts as a signal. */
function stopOnSignals({ stop }: Laptop): { stop(): Promise<void> } {
  let stopped: Promise<void> | undefined;
  let signalledMs = Number.NEGATIVE_INFINITY;
  const stopOnce = () => (stopped ??= stop());
  const onSignal = (code: number) => () => {
    if (performance.now() - signalledMs < ONE_SIGNAL_MS) return;
    if (stopped) process.exit(code);
    signalledMs = performance.now();
    say('stopping');
    void stopOnce().finally(() => process.exit(code));
  };
  process.on('SIGINT', onSignal(130));
  process.on('SIGTERM', onSignal(143));
  process.on('SIGHUP', onSignal(129));
  process.on('disconnect', onSignal(1));
  process.channel?.unref();
  return { stop: stopOnce };
}
