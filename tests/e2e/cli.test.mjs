// SPDX-License-Identifier: MIT
// confab, the command-line client, against a real confabd.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createHmac} from 'node:crypto';
import {tmpdir} from 'node:os';
import {Cli, confab} from './support/cli.mjs';
import {get, publish} from './support/http.mjs';
import {Proxy} from './support/proxy.mjs';
import {environment, freePort, startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until, within} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

const kCommands = ['pub', 'sub', 'token', 'stats', 'rooms', 'history'];

async function history(server, room) {
  const answer = await get(server, `/api/rooms/${encodeURIComponent(room)}/messages?limit=300`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.messages;
}

/** A line of shell with confab on its path as $CONFAB: {status, stdout, stderr}. */
async function shell(t, server, script) {
  const child = spawn('bash', ['-c', `set -o pipefail; ${script}`], {
    cwd: tmpdir(), env: environment({CONFAB: confab, CONFAB_URL: server.http}), stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const status = await within(new Promise((resolve) => child.once('close', resolve)), () => `${script}: ${stdout}${stderr}`);
  return {status, stdout, stderr};
}

/** Once the room has as many sessions. */
function attended(server, room, sessions) {
  return until(async () => (await get(server, `/api/rooms/${encodeURIComponent(room)}`)).body?.sessions >= sessions,
    `${sessions} sessions in ${room}`);
}

test('The help of the program and of each command shows examples', async (t) => {
  const help = (await Cli.ok(t, null, ['--help'])).join('\n');
  for (const command of kCommands) {
    assert.match(help, new RegExp(`^  ${command} `, 'm'));
    const own = (await Cli.ok(t, null, [command, '--help'])).join('\n');
    assert.match(own, new RegExp(`^Usage: confab ${command}`, 'm'));
    assert.match(own, /^Examples:\n {2}confab /m);
  }
  assert.match(help, /^Exit codes: 0 /m);
  assert.match((await Cli.ok(t, null, ['--version'])).join('\n'), /^confab \d+\.\d+\.\d+$/);
});

test('Wrong usage is one sentence and exit code 2', async (t) => {
  for (const args of [[], ['bogus'], ['pub'], ['pub', 'room'], ['sub'], ['sub', 'a', '--count', '0'], ['sub', '--wat'],
    ['token', '--sub', 'ann'], ['history', '..'], ['rooms', '--limit', 'x'], ['stats', '--url', 'ftp://x'],
    ['pub', 'r', '--event', 'e', '--data', '{"a":']]) {
    const {code, stdout, stderr} = await Cli.run(t, null, args);
    assert.equal(code, 2, `confab ${args.join(' ')}`);
    assert.equal(stdout, '');
    assert.match(stderr, /^confab: [^\n]+\n$/);
  }
});

test('A server that is not there is one sentence and exit code 1', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}`;
  for (const args of [['pub', 'r', 'x'], ['sub', 'r'], ['stats'], ['rooms'], ['history', 'r']]) {
    const {code, stdout, stderr} = await Cli.run(t, null, [...args, '--url', url]);
    assert.equal(code, 1, `confab ${args.join(' ')}`);
    assert.equal(stdout, '');
    assert.equal(stderr, `confab: ${url} can't be reached: Connection refused\n`);
  }
});

test('What is published reaches the room', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'général/1', 'ann');
  assert.deepEqual(await Cli.ok(t, server, ['pub', 'général/1', 'hi "all"', '--user', 'bob', '--id', 'i1']), []);
  const chat = await ann.type('chat');
  assert.equal(chat.text, 'hi "all"');
  assert.equal(chat.user, 'bob');
  assert.equal(chat.id, 'i1');
  const [answer] = await Cli.ok(t, server, ['pub', 'général/1', '--event', 'price_update', '--data', '{"z": 1.50}', '--json']);
  assert.equal(JSON.parse(answer).seq, 2);
  await ann.type('price_update');
  assert.ok(ann.texts.some((text) => text.includes('"data":{"z":1.50}')));
  const [ephemeral] = await Cli.ok(t, server,
    ['pub', 'général/1', '--event', 'moved', '--data', '[3,4]', '--ephemeral', '--json']);
  assert.equal(JSON.parse(ephemeral).seq, undefined);
  assert.deepEqual((await ann.type('moved')).data, [3, 4]);
});

test('An id stores a message once', async (t) => {
  const server = await startServer(t);
  const [first] = await Cli.ok(t, server, ['pub', 'r', 'once', '--id', 'order-1', '--json']);
  const [second] = await Cli.ok(t, server, ['pub', 'r', 'once', '--id', 'order-1', '--json']);
  assert.equal(JSON.parse(second).seq, JSON.parse(first).seq);
  assert.equal((await history(server, 'r')).length, 1);
});

test('What the server refuses is its sentence and exit code 1', async (t) => {
  const server = await startServer(t);
  const {code, stdout, stderr} = await Cli.run(t, server, ['pub', 'r', '--event', 'chat_message', '--data', '1']);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^confab: The server refused: .*\(bad_message, field event\)\n$/);
});

test('Each line of the input is a message, in order, over one connection', async (t) => {
  const server = await startServer(t, {set: {'rooms': '[{match: "*", history: {size: 1000}}]'}});
  const proxy = await Proxy.open(t, server);
  const lines = Array.from({length: 250}, (_, i) => `line ${i}`);
  const answers = await Cli.ok(t, proxy, ['pub', 'log', '-', '--json'], {input: `${lines.join('\n')}\n\r\n\nlast\r\n`});
  assert.deepEqual((await history(server, 'log')).map((m) => m.text), [...lines, 'last']);
  assert.deepEqual(answers.map((a) => JSON.parse(a).seq), Array.from({length: 251}, (_, i) => i + 1));
  assert.equal(proxy.connections, 1);
});

test('Each line of the input can be the data of an event', async (t) => {
  const server = await startServer(t);
  const {code, stderr} = await Cli.run(t, server, ['pub', 'r', '-', '--event', 'e'], {input: '1\n{"a":[]}\n\n{bad\n2\n'});
  assert.equal(code, 2);
  assert.match(stderr, /^confab: line 4: The data of an event is JSON/);
  assert.deepEqual((await history(server, 'r')).map((m) => m.data), [1, {a: []}]);
});

test('A log is published through a pipe', async (t) => {
  const server = await startServer(t);
  const {status, stdout, stderr} = await shell(t, server, 'printf "a\\nb\\n" | "$CONFAB" pub log - && "$CONFAB" history log');
  assert.equal(status, 0, stderr);
  assert.deepEqual(stdout.trimEnd().split('\n').map((line) => line.replace(/^\S+ /, '')), ['log: a', 'log: b']);
});

test('A message whose answer was lost is stored once', async (t) => {
  const server = await startServer(t);
  const proxy = await Proxy.open(t, server);
  const cli = new Cli(t, proxy, ['pub', 'r', '-', '--json']);
  cli.write('one\n');
  await cli.line('"seq":1');
  proxy.onAnswer = (_, pair) => {
    proxy.onAnswer = () => true;
    proxy.cut(pair);
    return false;
  };
  cli.write('two\n');
  await cli.line('"seq":2');
  cli.child.stdin.end('three\n');
  assert.equal((await cli.ended()).code, 0);
  assert.deepEqual((await history(server, 'r')).map((m) => m.text), ['one', 'two', 'three']);
});

test('Publishing lines survives a restart of the server', async (t) => {
  const server = await startServer(t);
  const cli = new Cli(t, server, ['pub', 'r', '-', '--json']);
  cli.write('one\n');
  await cli.line('"seq":1');
  await server.kill();
  cli.write('two\n');
  await server.restart();
  await cli.lines.atLeast(2, () => true, 'answers');
  cli.child.stdin.end();
  assert.equal((await cli.ended()).code, 0);
  assert.deepEqual((await history(server, 'r')).map((m) => m.text), ['two']);
});

test('Rooms are followed: the past, then what comes', async (t) => {
  const server = await startServer(t);
  await publish(server, 'a', {user: 'ann', text: 'past 1'});
  await publish(server, 'a', {user: 'ann', text: 'past 2'});
  const cli = new Cli(t, server, ['sub', 'a', 'b', '--history', '1', '--count', '4']);
  await cli.line('past 2');
  await publish(server, 'a', {text: 'of the server\n\u001b[2J'});
  await cli.line('of the server');
  await publish(server, 'b', {event: 'price_update', data: {price: '1.0'}});
  await cli.line('price_update');
  await publish(server, 'b', {user: 'bob', text: 'the last'});
  const {code, stdout, stderr} = await cli.ended();
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trimEnd().split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z /, '')), [
    'a ann: past 2', 'a: of the server\\n\\u001b[2J', 'b price_update {"price":"1.0"}', 'b bob: the last']);
  assert.equal(stderr, '');
});

test('Events are printed as JSON as the server sent them', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'r', 'ann');
  const cli = new Cli(t, server, ['sub', 'r', '--json', '--count', '2']);
  await attended(server, 'r', 2);
  await publish(server, 'r', {event: 'e', data: {z: 1, a: '\u00e9'}});
  await publish(server, 'r', {user: 'bob', text: 'hi', extra: [1]});
  assert.equal((await cli.ended()).code, 0);
  await ann.type('chat');
  assert.deepEqual(cli.lines.all, ann.texts.filter((text) => /^\{"type":"(e|chat)"/.test(text)));
});

test('Who comes and goes is printed where everything was asked for', async (t) => {
  const server = await startServer(t);
  const cli = new Cli(t, server, ['sub', 'r', '--all', '--user', 'eve']);
  const quiet = new Cli(t, server, ['sub', 'r', '--count', '1']);
  await attended(server, 'r', 2);
  const bob = await WsClient.join(t, server, 'r', 'bob');
  assert.ok(bob.joined.members.some((member) => member.user === 'eve'));
  await cli.line(' r bob user_joined');
  bob.send({type: 'typing', room: 'r', isTyping: true});
  await cli.line('r bob user_typing {"isTyping":true}');
  await bob.close();
  await cli.line(' r bob user_left');
  await publish(server, 'r', {text: 'at last'});
  const {stdout} = await quiet.ended();
  assert.match(stdout, /^\S+ r: at last\n$/);
});

test('A follower goes on where it was after a lost connection', async (t) => {
  const server = await startServer(t);
  const proxy = await Proxy.open(t, server);
  const cli = new Cli(t, proxy, ['sub', 'a', 'b', '--json', '--count', '9']);
  await attended(server, 'a', 1);
  await attended(server, 'b', 1);
  let told = 0;
  const say = async (room) => publish(server, room, {text: `${room} ${(told += 1)}`});
  await say('a');
  await cli.line('a 1');
  for (let round = 0; round < 2; round += 1) {
    proxy.drop();
    await say('b');
    await say('a');
    await cli.notice(/connected again/);
    await say('a');
    await say('b');
    await cli.line(`b ${told}`);
  }
  const {code, stdout} = await cli.ended();
  assert.equal(code, 0);
  const texts = stdout.trimEnd().split('\n').map((line) => JSON.parse(line).text);
  const of = (room) => texts.filter((text) => text.startsWith(room)).map((text) => Number(text.slice(2)));
  assert.deepEqual(of('a'), [1, 3, 4, 7, 8]);
  assert.deepEqual(of('b'), [2, 5, 6, 9]);
  assert.ok(cli.notices.all.some((line) => /^confab: The connection was lost: .* Trying again\.$/.test(line)), cli.stderr);
  assert.doesNotMatch(cli.stderr, /not everything/);
});

test('A follower says what a crash of the server has cost, and goes on', async (t) => {
  const server = await startServer(t);
  const cli = new Cli(t, server, ['sub', 'r', '--count', '2']);
  await attended(server, 'r', 1);
  await publish(server, 'r', {text: 'before'});
  await cli.line('r: before');
  await server.kill();
  await server.restart();
  await cli.notice(/^confab: r: not everything after \w+:1 is there any more; going on with what is left$/);
  await publish(server, 'r', {text: 'after'});
  const {code, stdout} = await cli.ended();
  assert.equal(code, 0);
  assert.match(stdout, /^\S+ r: before\n\S+ r: after\n$/);
});

test('A follower comes back to a server that was stopped and started', async (t) => {
  const server = await startServer(t);
  const cli = new Cli(t, server, ['sub', 'r', '--count', '1']);
  await attended(server, 'r', 1);
  server.signal('SIGTERM');
  await server.ended();
  await cli.notice(/closed the connection \(1001/);
  await server.restart();
  await attended(server, 'r', 1);
  await publish(server, 'r', {text: 'after'});
  assert.equal((await cli.ended()).code, 0);
});

test('A position is where a follower begins', async (t) => {
  const server = await startServer(t);
  const {epoch} = await publish(server, 'r', {text: 'one'});
  await publish(server, 'r', {text: 'two'});
  await publish(server, 'r', {text: 'three'});
  const lines = await Cli.ok(t, server, ['sub', 'r', '--since', `${epoch}:1`, '--count', '2', '--json']);
  assert.deepEqual(lines.map((line) => JSON.parse(line).text), ['two', 'three']);
  const named = await Cli.ok(t, server, ['sub', 'other', 'r', '--since', `r=${epoch}:2`, '--count', '1', '--json']);
  assert.deepEqual(named.map((line) => JSON.parse(line).text), ['three']);
  const {code, stdout, stderr} = await Cli.run(t, server, ['sub', 'r', '--since', 'nonsense:1', '--history', '1', '--count', '1']);
  assert.equal(code, 0);
  assert.match(stdout, /^\S+ r: three\n$/);
  assert.match(stderr, /^confab: r: not everything after nonsense:1 is there any more/);
});

test('A long past is printed whole', async (t) => {
  const server = await startServer(t, {set: {'rooms': '[{match: "*", history: {size: 1000}}]'}});
  const {epoch} = await publish(server, 'r', {text: '1'});
  await Cli.ok(t, server, ['pub', 'r', '-'], {input: Array.from({length: 899}, (_, i) => `${i + 2}`).join('\n')});
  const all = Array.from({length: 900}, (_, i) => `${i + 1}`);
  const texts = (lines) => lines.map((line) => JSON.parse(line).text);
  assert.deepEqual(texts(await Cli.ok(t, server, ['sub', 'r', '--since', `${epoch}:0`, '--count', '900', '--json'])), all);
  assert.deepEqual(texts(await Cli.ok(t, server, ['history', 'r', '--limit', '650', '--json'])), all.slice(250));
  assert.deepEqual(texts(await Cli.ok(t, server, ['history', 'r', '--since', `${epoch}:100`, '--limit', '700', '--json'])),
    all.slice(100, 800));
  assert.deepEqual(texts(await Cli.ok(t, server, ['history', 'r', '--before', '401', '--limit', '350', '--json'])),
    all.slice(50, 400));
  assert.equal((await Cli.ok(t, server, ['history', 'r'])).length, 50);
});

test('A follower ends when nobody reads it any more', async (t) => {
  const server = await startServer(t);
  await publish(server, 'r', {text: 'one'});
  // Nothing more is said in the room: it has to notice by itself.
  const {status, stdout, stderr} = await shell(t, server, '"$CONFAB" sub r --history 1 | head -n 1');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\S+ r: one\n$/);
  assert.equal(stderr, '');
});

test('A long list ends quietly when nobody reads it any more', async (t) => {
  const server = await startServer(t);
  await Cli.ok(t, server, ['pub', 'r', '-'], {input: 'x'.repeat(3000).concat('\n').repeat(90)});
  const {status, stderr} = await shell(t, server, '"$CONFAB" history r --limit 90 | head -n 1 >/dev/null');
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
});

test('An output that cannot be written is a failure', async (t) => {
  const server = await startServer(t);
  const {status, stderr} = await shell(t, server, '"$CONFAB" stats >/dev/full');
  assert.equal(status, 1);
  assert.equal(stderr, 'confab: The output can\'t be written: No space left on device\n');
});

test('A room that may not be joined ends the follower', async (t) => {
  const server = await startServer(t);
  const {code, stdout, stderr} = await Cli.run(t, server, ['sub', 'r', '@bob', '--user', 'ann']);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^confab: @bob: .* \(forbidden\)\n$/);
});

test('A user follows the personal room and what is said to all', async (t) => {
  const server = await startServer(t);
  await Cli.ok(t, server, ['pub', '@ann', 'for you']);
  await Cli.ok(t, server, ['pub', '$all', 'for all']);
  const lines = await Cli.ok(t, server, ['sub', '@ann', '$all', '--user', 'ann', '--history', '1', '--count', '2']);
  assert.deepEqual(lines.map((line) => line.replace(/^\S+ /, '')), ['@ann: for you', '$all: for all']);
});

test('Two writers of a shared state converge in what a follower prints', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'doc', 'ann');
  await ann.ask({type: 'state', room: 'doc', key: 'title', value: 'draft'});
  const cli = new Cli(t, server, ['sub', 'doc', '--state']);
  await cli.line('{"room":"doc","stateVersion":1,"state":{"title":"draft"}}');
  const bob = await WsClient.join(t, server, 'doc', 'bob');
  await Promise.all(Array.from({length: 20}, (_, i) => [
    ann.ask({type: 'state', room: 'doc', key: 'title', value: `ann ${i}`}),
    bob.ask({type: 'state', room: 'doc', key: i % 2 ? 'title' : `bob ${i}`, value: {i}}),
  ]).flat());
  await bob.ask({type: 'state', room: 'doc', key: 'bob 0', value: null});
  await cli.line('"stateVersion":42');
  const told = await WsClient.join(t, server, 'doc', 'eve');
  const last = JSON.parse(cli.lines.all.at(-1));
  assert.deepEqual(last, {room: 'doc', stateVersion: told.joined.stateVersion, state: told.joined.state});
  assert.deepEqual(cli.lines.all.map((line) => JSON.parse(line).stateVersion), Array.from({length: 42}, (_, i) => i + 1));
});

test('A token says who, what for and how long, signed with the secret', async (t) => {
  const secret = 'a secret of the tests, long enough';
  const before = Math.floor(Date.now() / 1000);
  const [token, ...rest] = await Cli.ok(t, null,
    ['token', '--sub', 'ann', '--expires', '2h', '--join', 'team-*', '--join', 'b', '--publish', 'c', '--role', 'moderator'],
    {env: {CONFAB_AUTH_JWT_SECRET: secret}});
  assert.deepEqual(rest, []);
  const [head, body, signature] = token.split('.');
  assert.equal(createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url'), signature);
  assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url')), {alg: 'HS256', typ: 'JWT'});
  const {iat, exp, ...claims} = JSON.parse(Buffer.from(body, 'base64url'));
  assert.deepEqual(claims, {sub: 'ann', confab: {join: ['team-*', 'b'], publish: ['c'], roles: ['moderator']}});
  assert.equal(exp - iat, 7200);
  assert.ok(iat >= before && iat <= Date.now() / 1000);
});

test('Statistics, rooms and history are printed for people and as JSON', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'stocks:b', 'ann');
  const {seq} = await ann.ask({type: 'chat', room: 'stocks:b', text: 'hello'});
  assert.equal(seq, 1);
  await publish(server, 'stocks:a', {event: 'e', data: 1});
  await publish(server, 'other', {text: 'x'});

  const stats = await Cli.ok(t, server, ['stats']);
  assert.ok(stats.some((line) => /^messages\.received {2,}\d+$/.test(line)), stats.join('\n'));
  const [json, ...more] = await Cli.ok(t, server, ['stats', '--json']);
  assert.deepEqual(more, []);
  assert.equal(typeof JSON.parse(json).uptime, 'number');

  const rooms = await Cli.ok(t, server, ['rooms', '--prefix', 'stocks:']);
  assert.match(rooms[0], /^ +USERS +SESSIONS +POSITION +ROOM$/);
  assert.match(rooms[1], /^ +0 +0 +\w+:1 +stocks:a$/);
  assert.match(rooms[2], /^ +1 +1 +\w+:1 +stocks:b$/);
  assert.equal(rooms.length, 3);
  const names = (await Cli.ok(t, server, ['rooms', '--json'])).map((line) => JSON.parse(line).room);
  assert.deepEqual(names.filter((name) => !/^[@$]/.test(name)), ['other', 'stocks:a', 'stocks:b']);
  assert.equal((await Cli.ok(t, server, ['rooms', '--json', '--limit', '1'])).length, 1);

  const [line] = await Cli.ok(t, server, ['history', 'stocks:b']);
  assert.match(line, /^\S+Z stocks:b ann: hello$/);
  const [event] = await Cli.ok(t, server, ['history', 'stocks:b', '--json']);
  assert.deepEqual(JSON.parse(event), (await history(server, 'stocks:b'))[0]);
  const lost = await Cli.run(t, server, ['history', 'stocks:b', '--since', 'gone:5']);
  assert.equal(lost.code, 0);
  assert.match(lost.stderr, /^confab: stocks:b: not everything after gone:5 is there any more/);
  assert.match(lost.stdout, /hello/);
});

test('More rooms than fit a page are listed', async (t) => {
  const server = await startServer(t);
  await Promise.all(Array.from({length: 501}, (_, i) => publish(server, `room-${i}`, {text: 'x'})));
  assert.equal((await Cli.ok(t, server, ['rooms', '--prefix', 'room-', '--json'])).length, 501);
  assert.equal((await Cli.ok(t, server, ['rooms', '--prefix', 'room-', '--json', '--limit', '500'])).length, 500);
});

test('A server with keys takes the right one, by option or environment', async (t) => {
  const server = await startServer(t, {config: {api: {keys: [
    {name: 'all', key: 'a-key-of-the-tests-that-is-long', scopes: ['read', 'publish']}]}}});
  const none = await Cli.run(t, server, ['stats']);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /^confab: The server refused: .*\(unauthorized\)\n$/);
  assert.equal((await Cli.run(t, server, ['stats', '--key', 'wrong'])).code, 1);
  await Cli.ok(t, server, ['pub', 'r', 'hi', '--key', 'a-key-of-the-tests-that-is-long']);
  await Cli.ok(t, server, ['history', 'r'], {env: {CONFAB_API_KEY: 'a-key-of-the-tests-that-is-long'}});
});
