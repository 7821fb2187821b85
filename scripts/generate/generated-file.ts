/** A file that is written from the code: its path from the root and its whole text. */
export type GeneratedFile = { path: string; text: string };
