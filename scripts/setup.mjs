/**
 * Finds out which tools are missing and installs them: with apt-get as root or with a sudo that asks
 * for no password, else it prints the one line to run. Then the npm packages of the lock file.
 */

import { accessSync, constants, existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { attempt, directory, elapsed, Failure, run, say, script } from './process.mjs';
