import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Fault } from '../../core/errors.ts';

const usualFolders = ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'];
const programs = ['redis-server', 'valkey-server'];

/** The server program: REDIS_SERVER_BIN, else redis-server or valkey-server on PATH and in the usual folders. */
export function findRedisServer(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['REDIS_SERVER_BIN'];
  const folders = [...(environment['PATH'] ?? '').split(delimiter).filter(Boolean), ...usualFolders];
  const candidates =
    given === undefined ? programs.flatMap((name) => folders.map((folder) => join(folder, name))) : [given];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Fault(
    'unsupported',
    given === undefined
      ? 'Redis is missing: install redis-server (Debian: apt-get install redis-server, macOS: brew install redis)'
      : `REDIS_SERVER_BIN names ${given}, which does not exist`,
  );
}
