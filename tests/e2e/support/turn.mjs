// SPDX-License-Identifier: MIT
// A real coturn on loopback, for one test.
import {spawn} from 'node:child_process';
import {createHmac} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createConnection} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from './server.mjs';
import {until, within} from './wait.mjs';

const kSecret = 'a-secret-that-both-know';

/** What coturn takes for `username` (its `use-auth-secret`). */
export function turnCredential(username) {
  return createHmac('sha1', kSecret).update(username).digest('base64');
}

function run(command, args, options) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options});
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (child.output += text));
  }
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => {
      child.output += error;
      resolve(-1);
    });
    child.once('close', (code) => resolve(code));
  });
  return child;
}

function listens(port) {
  return new Promise((resolve) => {
    const probe = createConnection(port, '127.0.0.1');
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}

export class Turn {
  #child;
  #folder;

  async start() {
    this.#folder = await mkdtemp(join(tmpdir(), 'confab-turn-'));
    this.port = await freePort();
    const settings = {
      'listening-ip': '127.0.0.1', 'relay-ip': '127.0.0.1', 'listening-port': this.port, realm: 'confab.test',
      'static-auth-secret': kSecret, userdb: join(this.#folder, 'db'), pidfile: join(this.#folder, 'pid'), 'log-file': 'stdout',
    };
    const flags = ['use-auth-secret', 'no-tls', 'no-dtls', 'no-cli', 'allow-loopback-peers', 'no-multicast-peers'];
    const lines = [...Object.entries(settings).map(([key, value]) => `${key}=${value}`), ...flags];
    const file = join(this.#folder, 'turnserver.conf');
    await writeFile(file, `${lines.join('\n')}\n`);
    this.#child = run('turnserver', ['-c', file], {cwd: this.#folder});
    let ended = false;
    this.#child.ended.then(() => (ended = true));
    await until(() => {
      if (ended) throw new Error(`coturn ended at start:\n${this.#child.output}`);
      return listens(this.port);
    }, 'coturn to listen');
    return this;
  }

  /** The server's settings that name it. */
  get settings() {
    const urls = ['udp', 'tcp'].map((transport) => `turn:127.0.0.1:${this.port}?transport=${transport}`);
    return {urls, secret: kSecret};
  }

  get log() {
    return this.#child.output;
  }

  /** Whether it relays for somebody who shows these. */
  async accepts({username, credential}) {
    const client = run('turnutils_uclient', ['-u', username, '-w', credential, '-p', String(this.port), '-y', '-c', '-n', '1',
      '-m', '1', '127.0.0.1']);
    try {
      const code = await within(client.ended, () => `turnutils_uclient to end\n${client.output}`);
      if (code === 0 && /tot_recv_msgs=2/.test(client.output)) return true;
      if (/Cannot complete Allocation/.test(client.output)) return false;
      throw new Error(`turnutils_uclient ended with ${code}:\n${client.output}`);
    } finally {
      client.kill('SIGKILL');
    }
  }

  async stop() {
    try {
      this.#child?.kill('SIGTERM');
      if (this.#child) await within(this.#child.ended, 'coturn to end');
    } finally {
      this.#child?.kill('SIGKILL');
      await rm(this.#folder, {recursive: true, force: true});
    }
  }
}

/** Starts one for the test `t`, and stops it after it. */
export async function startTurn(t) {
  const turn = new Turn();
  t.after(() => turn.stop());
  return turn.start();
}
