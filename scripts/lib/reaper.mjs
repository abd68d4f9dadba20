// Runs a program that must not outlive the script that wanted it: `node reaper.mjs PROGRAM ARGS...`, started as the leader
// of a process group and with a pipe as its input. The pipe closes when the script ends, however it ends; then the whole
// group is killed, the program's own children included.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('reaper.mjs: no program given');
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));
process.stdin.resume();
process.stdin.once('close', () => process.kill(-process.pid, 'SIGKILL'));
