import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { scheduleEvents } from '../../scripts/generate/schedule-events.ts';
import { botAlarms } from '../../scripts/package/bot-alarms.ts';
import { functionNames } from '../../scripts/package/bundle.ts';
import { network } from '../../scripts/package/network.ts';
import { roles } from '../../scripts/package/roles.ts';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { operations } from '../../src/operations/index.ts';
import { packaged, root, type Packaged } from '../package/packaged.ts';

/** Where the passwords of the target are kept, by room: one store of each kind. */
export const passwordPlaces = {
  read: '/nightshift/dev/shop-db/read',
  act: 'nightshift/dev/shop-db-act',
} as const;

/** The project as shipped, except that the passwords of shop-db are kept in the two secret stores of AWS. */
export function packagedForCloud(): Promise<Packaged> {
  return packaged((folder) => {
    const file = join(folder, 'nightshift.yaml');
    writeFileSync(file, withStoredPasswords(readFileSync(file, 'utf8')));
    generateFrom(folder, file);
  });
}

function withStoredPasswords(text: string): string {
  const config = parse(text);
  for (const member of Object.values<{ credentials: { [room: string]: { password?: string } } }>(
    config.targets['shop-db'].members,
  )) {
    const { read, act } = member.credentials;
    if (read) read.password = `ssm:${passwordPlaces.read}`;
    if (act) act.password = `secretsmanager:${passwordPlaces.act}`;
  }
  return stringify(config, { aliasDuplicateObjects: false });
}

/** What `npm run generate` makes of the config for the deployment. */
function generateFrom(folder: string, configFile: string): void {
  const loaded = loadConfig(configFile, { checks: [...postgresChecks, ...redisChecks], operations });
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const documents = [scheduleEvents(config), roles(config), network(config), botAlarms(functionNames(root), config)];
  for (const { path, text } of documents) writeFileSync(join(folder, path), text);
}
