import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleProject, whyNotDeployed, whyNotPackaged } from './package/project.ts';
import { serverless } from './package/serverless.ts';

const USAGE = 'npm run package [-- --stage prod] [--region eu-central-1], or npm run deploy -- --stage prod';
const root = fileURLToPath(new URL('..', import.meta.url));

const { stage, region, deploy } = options();
const problems = whyNotPackaged(root);
const undeployable = deploy ? whyNotDeployed(root, stage) : undefined;
if (undeployable !== undefined) problems.push(undeployable);
if (process.exitCode === undefined && problems.length === 0) await run();
else fail(problems);

async function run(): Promise<void> {
  for (const { name, metafile } of await bundleProject(root)) {
    const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    console.log(`${name.padEnd(10)} ${String(Math.ceil(bytes / 1024)).padStart(6)} KB`);
  }
  const words = [
    deploy ? 'deploy' : 'package',
    '--stage',
    stage,
    ...(region === undefined ? [] : ['--region', region]),
  ];
  process.exitCode = await serverless(root, words, process.env);
  if (process.exitCode !== 0 || deploy) return;
  const template = join('.serverless', 'cloudformation-template-update-stack.json');
  console.log(`${template} ${Math.ceil(statSync(join(root, template)).size / 1024)} KB`);
}

function options(): { stage: string; region: string | undefined; deploy: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        stage: { type: 'string', default: 'dev' },
        region: { type: 'string' },
        deploy: { type: 'boolean', default: false },
      },
    });
    return { stage: values.stage, region: values.region, deploy: values.deploy };
  } catch (thrown) {
    fail([thrown instanceof Error ? thrown.message : String(thrown), `Usage: ${USAGE}`]);
    process.exit(64);
  }
}

function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(`nightshift: ${line}`);
  process.exitCode = 1;
}
