import { haltedProcess } from './killed-statement.ts';

/** Runs a program of this folder that carries an order out, and kills it when it says that it is at the border of a phase. */
export async function killProcessAt(name: string, stopAt: string, request: object): Promise<void> {
  const { words, kill } = await haltedProcess(name, { ...request, stopAt });
  await kill();
  if (words !== stopAt) throw new Error(`it was to be killed at ${stopAt}, and said: ${words}`);
}
