// The commands of this repository, for a machine that has Node and npm and nothing else:
//
//   npm start                  serve the gateway with the local engine
//   npm test [-- <args>]       run every test; the arguments go to vitest
//   npm run build              compile the kernels and the packages
//   npm run bench -- <suite>   run one of the suites in benchmarks/
//   npm run test:recipes       compile and run what docs/recipes show
//
// Node 12 can still parse this file, so an old Node is told what is wrong in one line. The rest comes after the check.
import { readFileSync } from 'fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const floor = engines.node.replace('>=', '');
const running = process.versions.node;

if (isOlder(running, floor)) {
  console.error(`slimface needs Node ${floor} or newer, and this is Node ${running}. Install a newer Node and try again.`);
  process.exitCode = 1;
} else {
  import('./run/commands.mjs')
    .then(({ runCommand }) => runCommand(process.argv.slice(2)))
    .then((exitCode) => process.exit(exitCode));
}

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number);
  const [floorMajor, floorMinor] = than.split('.').map(Number);
  return major < floorMajor || (major === floorMajor && minor < floorMinor);
}
