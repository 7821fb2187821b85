import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { blockText } from '../../../src/local/block-text.ts';
import { nowhere, root, startHouse, type House } from '../../house.ts';
import { startWithPgbackrest, whyNoPgbackrest, type ServerWithTool } from '../../servers/backup-tools.ts';

if (whyNoPgbackrest !== undefined) process.stderr.write(`SKIPPED: commands about pgBackRest: ${whyNoPgbackrest}\n`);
const TIME_MS = 300_000;

describe.skipIf(whyNoPgbackrest !== undefined)(
  'a target that pgBackRest backs up, from the command to the answer',
  () => {
    let shop: ServerWithTool;
    let house: House;
    const folder = mkdtempSync(join(tmpdir(), 'nightshift-tool-'));

    beforeAll(async () => {
      shop = await startWithPgbackrest();
      const config = parse(readFileSync(join(root, 'nightshift.yaml'), 'utf8')) as {
        targets: {
          [name: string]: { backup?: object; canary?: boolean; members: { [name: string]: { credentials?: object } } };
        };
      };
      const { server: stanza, command } = shop.tool;
      Object.assign(config.targets['shop-db'] ?? {}, {
        backup: { mode: 'manual', tool: 'pgbackrest', stanza, command },
        canary: false,
      });
      for (const { credentials = {} } of Object.values(config.targets['shop-db']?.members ?? {}))
        Reflect.deleteProperty(credentials, 'canary');
      const configPath = join(folder, 'nightshift.yaml');
      writeFileSync(configPath, stringify(config));
      const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
      addresses['shop-db-1'] = `127.0.0.1:${shop.server.port}`;
      house = await startHouse({
        configPath,
        environment: {
          ...nowhere,
          ...shop.server.environment,
          NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses),
          NIGHTSHIFT_BACKUPS_DIRECTORY: join(folder, 'proofs'),
        },
        messagePace: { burst: 100, perSecond: 100 },
      });
    }, TIME_MS);
    afterAll(async () => {
      await house?.stop();
      await shop?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, TIME_MS);

    async function said(command: string): Promise<string> {
      const { ack } = await house.slack.command('omar', 'database-alerts', command);
      const runId = house.runIn(ack.text);
      await house.settled();
      const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
      return blockText(message?.blocks ?? []);
    }

    it('has none, then one that was asked for, and no login for copying is needed', { timeout: TIME_MS }, async () => {
      expect(await said('/db backups shop-db')).toMatch(/No: the repo1 store has no backup/);
      expect(await said('/db backup shop-db full')).toMatch(
        /full backup \d{8}-\d{6}F by pgBackRest: .* stored in repo1/,
      );
      expect(await said('/db backups shop-db')).toMatch(/Probably, but nobody has tried.*\d{8}-\d{6}F/s);
      expect(await said('/db backups shop-db policy')).toMatch(/5 things are asked for/);
    });

    it('is drilled by a command, which `/db backups` remembers', { timeout: TIME_MS }, async () => {
      await shop.write(10);
      expect(await said('/db drill shop-db')).toMatch(
        /\d{8}-\d{6}F comes back: restored, started and verified in .*\(L\d\)/,
      );
      expect(await said('/db backups shop-db')).toMatch(/Yes: about .*, proven .* ago \(L\d\)/);
      expect(await said('/db drill shop-db store=secondary')).toMatch(/its first repository is drilled/);
    });

    it('has its WAL where the tool keeps it', { timeout: TIME_MS }, async () => {
      expect(await said('/db wal shop-db')).toMatch(/pgBackRest keeps the write-ahead log of shop-db/);
    });
  },
);
