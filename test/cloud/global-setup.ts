import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { installEmulator } from './install-emulator.ts';
import { packagedForCloud } from './project.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Python that holds the emulator; only there when it is the judge. */
    emulatorPython?: string;
    /** The folder of the packaged project. */
    cloudProject: string;
  }
}

/** Installs the emulator and packages the project, once for the whole run. */
export async function setup(project: TestProject): Promise<() => void> {
  const cache = fileURLToPath(new URL('../../.nightshift/cloud', import.meta.url));
  project.provide('emulatorPython', installEmulator(cache));
  const packagedProject = await packagedForCloud();
  project.provide('cloudProject', packagedProject.folder);
  return packagedProject.remove;
}
