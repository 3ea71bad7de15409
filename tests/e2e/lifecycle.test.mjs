// SPDX-License-Identifier: MIT
// The program: its options, signals and exit codes.
import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {get, publish} from './support/http.mjs';
import {PollSession} from './support/polls.mjs';
import {runConfabd, startServer} from './support/server.mjs';
import {RawStream} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {until, within} from './support/wait.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), 'confab-e2e-'));
  t.after(() => rm(path, {recursive: true, force: true}));
  return path;
}

test('SIGTERM closes every connection and ends with 0', async (t) => {
  const server = await startServer(t, {set: {'server.shutdown_grace': '1s'}});
  const clients = [];
  for (let n = 0; n < 20; n += 1) clients.push(await WsClient.join(t, server, 'general', `user${n}`));
  const stream = await RawStream.open(t, server, '/events?room=general');
  await stream.event('joined');
  const session = await PollSession.open(t, server);
  const held = get(server, '/api/messages?history=0&timeout=25').catch((error) => error);
  server.signal('SIGTERM');
  for (const client of clients) assert.equal((await closeOf(client)).code, 1001);
  assert.deepEqual(await server.ended(), {code: 0, signal: null}, server.stderr);
  await within(stream.ended, 'the stream to end');
  await held;
  await until(() => session.end !== undefined, 'the poll to end');
});

test('SIGINT drains too, and at once where nobody is connected', async (t) => {
  const server = await startServer(t, {set: {'server.shutdown_grace': '1h'}});
  server.signal('SIGINT');
  assert.deepEqual(await server.ended(), {code: 0, signal: null}, server.stderr);
});

test('While draining nobody is let in, and a second SIGTERM ends at once', async (t) => {
  const server = await startServer(t, {set: {'server.shutdown_grace': '1h'}});
  const clients = [];
  for (let n = 0; n < 5; n += 1) clients.push(await WsClient.join(t, server, 'general', `user${n}`));
  server.signal('SIGTERM');
  await until(async () => {
    try {
      return (await get(server, '/readyz')).status === 503;
    } catch {
      return true; // it has stopped to accept
    }
  }, 'the server to drain');
  const late = new WsClient(server.ws);
  await assert.rejects(within(late.opened, 'a refusal'));
  server.signal('SIGTERM');
  assert.equal((await server.ended()).signal, null, 'it ends by itself');
});

test('A taken port is one sentence and exit code 1', async (t) => {
  const taken = createServer();
  await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => taken.close(resolve)));
  const {port} = taken.address();
  const end = await runConfabd(['--set', `server.listen=["127.0.0.1:${port}"]`], {cwd: await folder(t)});
  assert.equal(end.code, 1, end.stderr);
  assert.match(end.stderr, new RegExp(`127\\.0\\.0\\.1:${port}`), 'it names the address');
  assert.equal(end.stderr.trim().split('\n').filter((line) => line.includes(`127.0.0.1:${port}`)).length, 1, end.stderr);
});

test('A wrong configuration is refused with all its problems and exit code 2', async (t) => {
  const cwd = await folder(t);
  const file = join(cwd, 'wrong.yaml');
  await writeFile(file, 'limits:\n  romms: 5\n  queue_size: tiny\nlog:\n  level: loud\n');
  for (const args of [['--config', file], ['--config', file, '--check']]) {
    const end = await runConfabd(args, {cwd});
    assert.equal(end.code, 2, end.stderr);
    assert.match(end.stderr, /wrong\.yaml:2:3: limits\.romms: .*limits\.rooms/, end.stderr);
    assert.match(end.stderr, /wrong\.yaml:3:\d+: limits\.queue_size/, end.stderr);
    assert.match(end.stderr, /wrong\.yaml:5:\d+: log\.level/, end.stderr);
  }
  assert.equal((await runConfabd(['--set', 'limits.rooms=none'], {cwd})).code, 2);
  assert.equal((await runConfabd(['--config', join(cwd, 'missing.yaml')], {cwd})).code, 2);
  assert.equal((await runConfabd(['--no-such-option'], {cwd})).code, 2);
  assert.equal((await runConfabd(['--check'], {cwd, env: {CONFAB_LIMITS_ROOMS: 'many'}})).code, 2);
});

test('--check, --print-config, --version and --help end with 0', async (t) => {
  const cwd = await folder(t);
  assert.equal((await runConfabd(['--check'], {cwd})).code, 0);
  const printed = await runConfabd(['--print-config'], {cwd});
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^server:$/m);
  const file = join(cwd, 'printed.yaml');
  await writeFile(file, printed.stdout);
  const checked = await runConfabd(['--config', file, '--check'], {cwd});
  assert.equal(checked.code, 0, `what is printed can be read: ${checked.stderr}`);
  const version = await runConfabd(['--version'], {cwd});
  assert.equal(version.code, 0);
  assert.match(version.stdout, /\d+\.\d+\.\d+/);
  assert.match((await runConfabd(['--help'], {cwd})).stdout, /--config/);
});

test('--set wins over the environment, that over the file', async (t) => {
  const heartbeat = async (options) => {
    const server = await startServer(t, options);
    return (await WsClient.open(t, server)).connected.heartbeat;
  };
  const config = {heartbeat: {interval: '11s'}};
  assert.equal(await heartbeat({config}), 11_000);
  assert.equal(await heartbeat({config, env: {CONFAB_HEARTBEAT_INTERVAL: '12s'}}), 12_000);
  const set = {'heartbeat.interval': '13s'};
  assert.equal(await heartbeat({config, env: {CONFAB_HEARTBEAT_INTERVAL: '12s'}, set}), 13_000);
});

test('SIGHUP applies what can change, and a broken file changes nothing', async (t) => {
  const key = (letter) => letter.repeat(32);
  const keys = (letter) => ({api: {keys: [{name: 'one', key: key(letter), scopes: ['read']}]}});
  const server = await startServer(t, {config: keys('a')});
  const allowed = async (letter) => (await get(server, '/api/rooms', {headers: {'X-API-Key': key(letter)}})).status;
  const ann = await WsClient.join(t, server, 'general', 'ann');
  assert.equal(await allowed('a'), 200);
  await server.writeConfig({...keys('b'), limits: {rooms_per_session: 1}});
  server.signal('SIGHUP');
  await until(async () => (await allowed('b')) === 200, 'the new key to work');
  assert.equal(await allowed('a'), 401);
  assert.equal((await ann.request({type: 'join', room: 'second'})).code, 'too_many_rooms', 'limits hold for who is here');
  const logged = server.stderr.length;
  await server.writeConfig('api: [broken\n');
  server.signal('SIGHUP');
  await until(() => server.stderr.length > logged, 'a line in the log');
  assert.equal(await allowed('b'), 200);
  await ann.ask({type: 'chat', room: 'general', text: 'still here'});
});

test('Who reads nothing is closed at its bound while its room goes on', async (t) => {
  const server = await startServer(t, {
    set: {'limits.message_size': '16KiB', 'limits.queue_size': '64KiB', 'limits.messages_per_second': 0},
  });
  const slow = await WsClient.join(t, server, 'general', 'slow', {perMessageDeflate: false});
  const bob = await WsClient.join(t, server, 'general', 'bob');
  slow.socket.pause();
  const text = 'x'.repeat(15_000);
  await until(async () => {
    await publish(server, 'general', {user: 'api', text});
    return bob.messages.some((m) => m.type === 'user_left' && m.user === 'slow');
  }, 'the slow client to be closed');
  const {seq} = await publish(server, 'general', {text: 'after it'});
  await bob.type('chat', {where: (m) => m.seq === seq});
  assert.deepEqual(bob.chats().map((m) => m.seq), Array.from({length: seq}, (_, n) => n + 1), 'bob has all of them');
});

test('A client that no longer answers is gone after heartbeat and timeout', async (t) => {
  const server = await startServer(t, {set: {'heartbeat.interval': '300ms', 'heartbeat.timeout': '300ms'}});
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const silent = await WsClient.join(t, server, 'general', 'silent', {autoPong: false});
  await bob.type('user_left', {where: (m) => m.user === 'silent'});
  assert.notEqual((await closeOf(silent)).code, 1000);
  assert.equal(bob.socket.readyState, bob.socket.OPEN, 'who answers stays');
});
