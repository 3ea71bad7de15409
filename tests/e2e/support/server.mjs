// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {kDeadline, until, within} from './wait.mjs';

export const kSanitizerReport = /ERROR: \w*Sanitizer|runtime error:|SUMMARY: \w*Sanitizer/;

/** The program under test: the path in $CONFABD. */
export const confabd = process.env.CONFABD ?? '';
assert.ok(confabd, 'set CONFABD to the path of the confabd to test');

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const {port} = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export function environment(extra = {}) {
  // Settings of whoever runs the tests are not to reach the server.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('CONFAB_'));
  return {...Object.fromEntries(kept), ASAN_OPTIONS: 'detect_leaks=1', ...extra};
}

/** Runs confabd to its end: {code, signal, stdout, stderr}. */
export async function runConfabd(args, {env = {}, cwd = tmpdir()} = {}) {
  const child = spawn(confabd, args, {cwd, env: environment(env), stdio: ['ignore', 'pipe', 'pipe']});
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({code, signal})));
  try {
    const {code, signal} = await within(ended, `confabd ${args.join(' ')} to end`);
    assert.doesNotMatch(stderr, kSanitizerReport);
    return {code, signal, stdout, stderr};
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * A running confabd on a port of its own. `config` is the configuration file's content as an object (JSON is YAML),
 * `set` are further settings by --set, `env` by the environment. The test that started it stops it; stopping fails the
 * test where the server doesn't end cleanly.
 */
export class Server {
  #child = null;
  #exit = null;
  #folder = '';
  #options;
  stderr = '';

  constructor(port, options) {
    this.port = port;
    this.#options = options;
  }

  get http() {
    return `http://127.0.0.1:${this.port}`;
  }

  get ws() {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  get pid() {
    return this.#child.pid;
  }

  get configFile() {
    return join(this.#folder, 'confabd.yaml');
  }

  async writeConfig(config) {
    await writeFile(this.configFile, typeof config === 'string' ? config : JSON.stringify(config));
  }

  async start() {
    const {config = {}, set = {}, env = {}, args = []} = this.#options;
    if (this.#folder === '') {
      this.#folder = await mkdtemp(join(tmpdir(), 'confab-e2e-'));
      await this.writeConfig(config);
    }
    const settings = {
      'server.listen': `["127.0.0.1:${this.port}"]`,
      'server.shutdown_grace': '300ms',
      ...set,
    };
    const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const child = spawn(confabd, ['--config', this.configFile, ...sets, ...args], {
      cwd: this.#folder, env: environment(env), stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => resolve({error}));
      child.once('close', (code, signal) => resolve({code, signal}));
    });
    let ended;
    this.#exit.then((end) => (ended = end));
    await until(async () => {
      assert.equal(ended, undefined, `confabd ended at start: ${JSON.stringify(ended)}\n${this.stderr}`);
      try {
        return (await fetch(`${this.http}/healthz`)).status === 200;
      } catch {
        return false;
      }
    }, `GET /healthz to answer 200\n${this.stderr}`);
    return this;
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Resolves with {code, signal} once the process has ended. */
  ended(ms = kDeadline) {
    return within(this.#exit, () => `confabd to end\n${this.stderr}`, ms);
  }

  /** Ends it as a crash would. */
  async kill() {
    this.signal('SIGKILL');
    await this.ended();
  }

  /** Starts it again on the same port with the same configuration. */
  restart() {
    return this.start();
  }

  async stop() {
    const child = this.#child;
    try {
      if (child && child.exitCode === null && child.signalCode === null) {
        this.signal('SIGTERM');
        const end = await this.ended();
        assert.deepEqual(end, {code: 0, signal: null}, `after SIGTERM; its log:\n${this.stderr}`);
      }
      assert.doesNotMatch(this.stderr, kSanitizerReport);
    } finally {
      child?.kill('SIGKILL');
      await rm(this.#folder, {recursive: true, force: true});
    }
  }
}

/** Starts a server for the test `t`, and stops it after it. */
export async function startServer(t, options = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const server = new Server(await freePort(), options);
    try {
      await server.start();
    } catch (error) {
      await server.stop().catch(() => undefined);
      // Another program may have taken the port between the look and the bind.
      if (attempt < 3 && /in use/i.test(server.stderr)) continue;
      throw error;
    }
    t.after(() => server.stop());
    return server;
  }
}
