import { Damage } from '../../backups/damage.ts';
import { readWalG } from '../../backups/tools/wal-g.ts';
import type { ToolCatalogue } from '../../backups/tools/tool-catalogue.ts';
import type { ToolLooked } from '../../backups/tools/tool-seen.ts';
import type { BackupToolSpec } from '../../core/backup-tool.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { asFault, Fault } from '../../core/errors.ts';
import { askBarman, askBarmanBackups } from './ask-barman.ts';
import { askPgbackrest, askPgbackrestBackups } from './ask-pgbackrest.ts';
import { readPgbackrestRepository } from './read-repository.ts';
import { askTool, complaintIn } from './tool-command.ts';

/**
 * What a tool has of a target: its program is asked, or its repository is read where that cannot be run. What does not answer is told of as
 * unseen. `repository`: that of the config, opened.
 */
export async function lookAtTool(
  tool: BackupToolSpec,
  repository: (() => ReadableStore) | undefined,
): Promise<ToolLooked> {
  return told(() => repositoriesOf(tool, repository));
}

/** Only which backups there are, the newest so many at least, by the program: quicker than all that can be known. */
export async function backupsOfTool({ name, server, command }: BackupToolSpec, most: number): Promise<ToolLooked> {
  const words = command ?? [];
  return told(async () => {
    if (name === 'pgbackrest') return askPgbackrestBackups(words, server);
    return name === 'barman' ? [await askBarmanBackups(words, server, most)] : askWith(name, words, server);
  });
}

async function told(ask: () => Promise<readonly ToolCatalogue[]>): Promise<ToolLooked> {
  try {
    return { repositories: await ask() };
  } catch (thrown) {
    const fault = thrown instanceof Damage ? new Fault('conflict', thrown.message) : asFault(thrown);
    if (fault.code === 'bug') throw thrown;
    return { unseen: fault.message };
  }
}

async function repositoriesOf(
  { name, server, command }: BackupToolSpec,
  repository: (() => ReadableStore) | undefined,
): Promise<readonly ToolCatalogue[]> {
  const read = async () =>
    repository === undefined ? undefined : [await readPgbackrestRepository(repository(), server)];
  if (command !== null) {
    try {
      return await askWith(name, command, server);
    } catch (thrown) {
      // Only where there is no program: what a program complains of is not to be passed over.
      const instead = asFault(thrown).code === 'unsupported' ? await read() : undefined;
      if (instead === undefined) throw thrown;
      return instead;
    }
  }
  return (await read()) ?? [];
}

async function askWith(
  name: BackupToolSpec['name'],
  command: readonly string[],
  server: string,
): Promise<readonly ToolCatalogue[]> {
  if (name === 'pgbackrest') return askPgbackrest(command, server);
  if (name === 'barman') return [await askBarman(command, server)];
  const ask = async (...words: string[]) => {
    const answer = await askTool(command, words);
    if (answer.exitCode === 0) return answer.stdout;
    throw new Fault('target_unreachable', `WAL-G ended with code ${answer.exitCode}: ${complaintIn(answer)}`);
  };
  return [
    readWalG(
      await ask('backup-list', '--detail', '--json'),
      await ask('wal-show', '--detailed-json', '--without-backups'),
    ),
  ];
}
