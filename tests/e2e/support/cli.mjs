// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {tmpdir} from 'node:os';
import {environment, kSanitizerReport} from './server.mjs';
import {Inbox, within} from './wait.mjs';

/** The program under test: the path in $CONFAB. */
export const confab = process.env.CONFAB ?? '';
assert.ok(confab, 'set CONFAB to the path of the confab to test');

/** A running confab: what it prints is in `lines` and `notices`, a line each. */
export class Cli {
  lines = new Inbox();
  notices = new Inbox();
  stdout = '';
  stderr = '';

  /** `server` has its address in `http`; null: none is named. */
  constructor(t, server, args, {env = {}} = {}) {
    const url = server === null ? {} : {CONFAB_URL: server.http};
    this.args = args;
    this.child = spawn(confab, args, {cwd: tmpdir(), env: environment({...url, ...env}), stdio: 'pipe'});
    this.child.stdin.on('error', () => undefined); // it may end before it has read all
    this.#collect('stdout', this.lines);
    this.#collect('stderr', this.notices);
    this.exit = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({code, signal}));
    });
    this.exit.catch(() => undefined);
    t.after(() => {
      this.child.kill('SIGKILL');
      assert.doesNotMatch(this.stderr, kSanitizerReport);
    });
  }

  /** Runs it to its end: {code, stdout, stderr}. */
  static async run(t, server, args, {input = '', ...options} = {}) {
    const cli = new Cli(t, server, args, options);
    cli.child.stdin.end(input);
    return cli.ended();
  }

  /** As run(), for what has to work; gives the lines it printed. */
  static async ok(t, server, args, options) {
    const {code, stdout, stderr} = await Cli.run(t, server, args, options);
    assert.equal(code, 0, `confab ${args.join(' ')}: ${stderr}`);
    assert.equal(stderr, '');
    return stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
  }

  line(text) {
    return this.lines.find((line) => line.includes(text), `the line ${text}\n${this.stderr}`);
  }

  notice(pattern) {
    return this.notices.find((line) => pattern.test(line), `a notice like ${pattern}`);
  }

  write(text) {
    this.child.stdin.write(text);
  }

  async ended() {
    const what = () => `confab ${this.args.join(' ')} to end; it printed: ${this.stdout}${this.stderr}`;
    const {code, signal} = await within(this.exit, what);
    assert.doesNotMatch(this.stderr, kSanitizerReport);
    assert.equal(signal, null);
    return {code, stdout: this.stdout, stderr: this.stderr};
  }

  #collect(name, inbox) {
    let rest = '';
    this.child[name].setEncoding('utf8').on('data', (text) => {
      this[name] += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) inbox.push(line);
    });
  }
}
