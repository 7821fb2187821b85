/** A file of a relation in an archive: whose pages have checksums. */
export type RelationFile = {
  /** Number of the file's first block in its relation: files are split at 1 GB. */
  firstBlock: number;
  /** What changed since the parent, in the format of an increment. */
  isIncremental: boolean;
};

/** `--with-segsize` of every package: 1 GB in pages of 8 KiB. */
export const SEGMENT_BLOCKS = 131_072;

/** https://www.postgresql.org/docs/current/storage-file-layout.html */
const NAME = /^(?:base\/\d+|global)\/(INCREMENTAL\.)?\d+(?:_(?:fsm|vm|init))?(?:\.(\d+))?$/;

/** Undefined for any other file. */
export function relationFile(path: string): RelationFile | undefined {
  const match = NAME.exec(path);
  return match
    ? { firstBlock: Number(match[2] ?? 0) * SEGMENT_BLOCKS, isIncremental: match[1] !== undefined }
    : undefined;
}
