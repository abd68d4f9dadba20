/** The hub of tests as a process of its own: `npx tsx test/support/hub/main.ts org/name=FOLDER ...` prints its address and serves until it is ended. */
import { startHubServer } from '../hubServer';

const pairs = process.argv.slice(2).map((word) => {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)] as const;
});
void startHubServer({ models: Object.fromEntries(pairs) }).then(({ url }) =>
  process.stdout.write(`${url}\n`),
);
