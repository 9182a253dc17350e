/** `npm start`: sets up and builds what is missing, then becomes the server. */

import { build } from './build.mjs';
import { become, say, script } from './process.mjs';

const help = `npm start [-- --port N] [--data DIR] [--empty]

Installs missing tools, builds what is out of date, and serves: the same as "waybill serve".

  --port N     listen on this port
  --data DIR   keep the journal in this directory
  --empty      do not load the demo data
  --help       show this text

Every other argument goes to "waybill serve" as well. Tools come from apt-get when this runs as root
or sudo asks for no password; else the one line to run is printed. Ctrl-C ends the server.`;

await script(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return say(help);
  await build('wasm', 'js');
  await become(process.execPath, ['build/js/js-host/cli/waybill.js', 'serve', ...args]);
});
