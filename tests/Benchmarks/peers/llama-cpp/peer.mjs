// llama.cpp as a peer, through the prebuilt libraries of the npm package node-llama-cpp (see package.json; `npm ci --ignore-scripts
// --omit=optional`): node peer.mjs MODEL THREADS FOLDER, the folder being the one with node_modules.
// Reads one JSON command a line on standard input, {"kind":"prefill","tokens":512} or {"kind":"decode","batch":4,"context":512,"tokens":32},
// and answers each with one line: {"tokensPerSecond": …}. The process stays so that both sides are measured in turn, in one run.
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';
import {createRequire} from 'node:module';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const [modelPath, threads, packages] = process.argv.slice(2);
const entry = createRequire(path.resolve(packages, 'index.js')).resolve('node-llama-cpp');
const {getLlama} = await import(pathToFileURL(entry));
const llama = await getLlama({gpu: false, build: 'never', maxThreads: Number(threads), logLevel: 'error'});
const model = await llama.loadModel({modelPath});
const text = 'A prefix that many requests share is computed once and read many times. '.repeat(600);
const tokens = model.tokenize(text);

const folder = mkdtempSync(path.join(tmpdir(), 'preble-peer-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
const states = new Map();

async function withContext(size, sequences, action) {
  const context = await model.createContext({contextSize: size, sequences, batchSize: 512, threads: Number(threads), flashAttention: true});
  try { return await action(context); } finally { await context.dispose(); }
}

async function prefill(count) {
  return withContext(count + 64, 1, async context => {
    const sequence = context.getSequence();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 64));
    await sequence.clearHistory();
    const start = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, count));
    return count / (performance.now() - start) * 1000;
  });
}

// A context is computed once and then read back: sixteen prompts before each round would take longer than all that is measured.
// A state can be read only into a context with as many sequences as the one it was written from.
async function fill(sequence, batch, contextTokens) {
  const key = `${batch}-${contextTokens}`;
  if (states.has(key)) return sequence.loadStateFromFile(states.get(key), {acceptRisk: true});
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, contextTokens));
  const file = path.join(folder, `${key}.state`);
  await sequence.saveStateToFile(file);
  states.set(key, file);
}

async function decode(batch, contextTokens, count) {
  return withContext(contextTokens + count + 64, batch, async context => {
    const sequences = Array.from({length: batch}, () => context.getSequence());
    for (const sequence of sequences) await fill(sequence, batch, contextTokens);
    let start = 0, generated = 0;
    await Promise.all(sequences.map(async (sequence, index) => {
      let own = 0;
      for await (const _ of sequence.evaluate([tokens[index]], {temperature: 0, yieldEogToken: true})) {
        // The clock starts once every sequence has its first token.
        if (own === 0 && ++generated === batch) { start = performance.now(); generated = 0; }
        else if (start > 0) generated++;
        if (++own > count) break;
      }
    }));
    return generated / (performance.now() - start) * 1000;
  });
}

console.log(JSON.stringify({ready: true}));
for await (const line of createInterface({input: process.stdin})) {
  const command = JSON.parse(line);
  const tokensPerSecond = command.kind === 'prefill' ? await prefill(command.tokens) : await decode(command.batch, command.context, command.tokens);
  console.log(JSON.stringify({tokensPerSecond}));
}
process.exit(0);
