import type { BrokenPage } from '../../../backups/archive/check.ts';

/** The server names at most so many pages of a file. Source: sendFile of src/backend/backup/basebackup.c */
const NAMED_MOST = 5;

/**
 * Pure: those of the pages with a wrong checksum that the server complained of as well. It reads such a page a second time; where
 * that was good, the page was only read while it was written, and WAL makes it anew. Warnings have a language: only the name of
 * the file and the number of the block are looked for.
 */
export function confirmedPages(found: readonly BrokenPage[], warnings: readonly string[]): BrokenPage[] {
  return found.filter(({ file, block }) => {
    const about = warnings.filter((warning) => names(warning, file.replace('INCREMENTAL.', '')));
    return about.length > NAMED_MOST || about.some((warning) => new RegExp(`\\b${block}\\b`).test(afterName(warning)));
  });
}

function names(warning: string, file: string): boolean {
  return new RegExp(`(?<![\\w.])(?:\\./)?${file.replaceAll('.', '\\.')}(?![\\w.]|\\.\\d)`).test(warning);
}

/** What follows the name of the file, which has numbers of its own. */
function afterName(warning: string): string {
  return warning.replace(/\S*\/\S+/, '');
}
