/** What was read is not what was written. The message names the file; nothing made of it may be called a backup. */
export class Damage extends Error {
  readonly file: string;
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'Damage';
    this.file = file;
  }
}
