import { startServer, type Server } from '../app/serve/server.ts';
import { asFault } from '../core/errors.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { firstSignal } from './first-signal.ts';
import type { ServeWords } from './serve-arguments.ts';

type Say = (sentence: string) => void;

/** What still hangs after everything was closed is a database that does not answer; nobody waits for it. */
const LEFT_OPEN_MS = 500;

/**
 * Runs the bot until SIGTERM or SIGINT, which end it in order with exit code 0; a second one ends it at once. What a person
 * has to mend ends it with 64, so that a service manager does not try again.
 */
export async function serve({ dataDir, listen }: ServeWords, say: Say): Promise<ExitCode> {
  // Whatever the directory was made with, what is written into it is for this user only.
  process.umask(0o077);
  const startedAt = performance.now();
  const signal = firstSignal();
  try {
    const server = await startServer({ dataDir, say, ...(listen === undefined ? {} : { listen }) });
    if (server.address !== undefined) say(`listening on ${server.address} (POST /alarm, GET /healthz)`);
    say('waiting for Slack');
    const ended = await untilSignal(server, signal, () => announce(dataDir, startedAt, say));
    say(ended === 'signal' ? 'stopping' : 'stopping: Slack cannot be used');
    await server.stop();
    if (ended !== 'signal') throw ended.thrown;
    say('stopped');
    return exitCodes.ok;
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    say(message);
    return code === 'invalid_request' || code === 'permission_denied' ? exitCodes.usage : exitCodes.couldNotLook;
  } finally {
    setTimeout(() => process.exit(), LEFT_OPEN_MS).unref();
  }
}

function announce(dataDir: string, startedAt: number, say: Say): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`ready in ${seconds} s; data in ${dataDir}; try /db in Slack`);
}

/** Ends with a signal, or with what Slack said when it will have none of us. */
async function untilSignal(
  { slackReady }: Server,
  signal: Promise<void>,
  onReady: () => void,
): Promise<'signal' | { thrown: unknown }> {
  const refused = slackReady.then(onReady).then(
    () => signal.then(() => 'signal' as const),
    (thrown: unknown) => ({ thrown }),
  );
  return Promise.race([signal.then(() => 'signal' as const), refused]);
}
