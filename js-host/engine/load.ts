/** Loads the engine in Node, from the files that the build leaves beside each other. */

import { readFile } from 'node:fs/promises';
import { Engine } from './engine.js';
import type { EngineFactory } from './engine.js';

const wasmDirectory = new URL('../../../wasm/', import.meta.url); // from build/js/js-host/engine

export async function loadEngine(seed: bigint): Promise<Engine> {
  const wasm = await readFile(new URL('waybill.wasm', wasmDirectory));
  const glue = (await import(new URL('waybill.js', wasmDirectory).href)) as { default: EngineFactory };
  return Engine.create(glue.default, wasm, seed);
}
