import { restoreSourceOf } from '../../backups/tools/restore-source.ts';
import type { ToolCatalogue } from '../../backups/tools/tool-catalogue.ts';
import { restoresHere, toolTitles, type BackupToolSpec } from '../../core/backup-tool.ts';
import type { Drilled, DrillRequest } from '../../core/drill.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { bringWithTool, toolPlace } from '../tools/bring-with-tool.ts';
import { lookAtTool } from '../tools/look-at-tool.ts';
import { chooseFrom, type Chosen } from './choose-drill.ts';

/** Of another tool's first repository: its catalogue says which backup and whether WAL goes on from it, the tool itself brings it. */
export async function chooseOfTool(
  tool: BackupToolSpec,
  request: Pick<DrillRequest, 'target' | 'to'>,
  spec: Pick<TargetSpec, 'backup'>,
): Promise<Chosen | { done: Drilled } | { refused: string }> {
  const { target, to } = request;
  const title = toolTitles[tool.name];
  const elsewhere = `Drill it where ${title} and the programs of PostgreSQL are: npx nightshift drill ${target} --here, or under nightshift serve.`;
  if (!restoresHere(tool))
    return {
      refused: `a drill is a restore by ${title}, which cannot be run here (backup.command). ${tool.name === 'wal-g' ? 'Nightshift never restores with WAL-G.' : elsewhere}`,
    };
  const looked = await lookAtTool(tool, undefined);
  if ('unseen' in looked) return { refused: `${title} could not be asked: ${looked.unseen}. ${elsewhere}` };
  const [repository] = looked.repositories;
  if (repository === undefined) return { refused: `${title} tells of no repository of ${target}.` };
  const isByWal = to !== 'latest' && to !== 'end';
  if (repository.wal === null && isByWal)
    return {
      refused: `${title} does not tell what WAL it has (${repository.notes.join('; ')}): drill to latest or end.`,
    };
  const sources = [restoreSourceOf(target, repository, new Date().toISOString())];
  const none = `${title} has no backup of ${target}: take one with backup ${target}.`;
  const chosen = chooseFrom({ sources, store: repository.store, none }, request, spec);
  return 'choice' in chosen ? withTool(tool, repository, chosen) : chosen;
}

function withTool(tool: BackupToolSpec, { store, backups }: ToolCatalogue, { choice }: Pick<Chosen, 'choice'>): Chosen {
  const label = choice.chain.at(-1)?.label;
  const backup = backups.find((one) => one.label === label);
  if (backup === undefined) throw new TypeError('what was chosen is one of them');
  return {
    store,
    // What an increment builds on the tool fetches; each tells the size of the whole.
    choice: { ...choice, chain: choice.chain.slice(-1) },
    bring: async (into, listener, signal) => {
      const place = toolPlace(into);
      const brought = await bringWithTool({ tool, backup, to: choice.target, fixed: true, place, signal }, listener);
      return 'major' in brought ? { place } : brought;
    },
  };
}
