// SPDX-License-Identifier: MIT
// confab against servers of all kinds: behind TLS, busy, refusing, or no Confab at all.
import assert from 'node:assert/strict';
import http from 'node:http';
import {createServer} from 'node:net';
import {certificate} from './support/certificate.mjs';
import {Cli} from './support/cli.mjs';
import {FakeServer} from './support/fake_server.mjs';
import {get, publish} from './support/http.mjs';
import {Proxy} from './support/proxy.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';

/** An HTTP server that answers with `handler`; what it was asked is in `requests`. */
async function httpServer(t, handler) {
  const requests = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text)).on('end', () => {
      requests.push({method: request.method, url: request.url, headers: request.headers, body});
      handler(response, requests.length);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return {http: `http://127.0.0.1:${server.address().port}`, requests};
}

test('The state of a room is printed after each change, and two writers converge', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, server, ['sub', 'doc', '--state', '--count', '5']);
  const first = await server.joined(1, {state: {title: 'a', n: 1.0}, stateVersion: 4});
  const delta = (key, value, version, user) => ({type: 'delta', room: 'doc', key, value, version, user, timestamp: 1});
  first.say(delta('title', 'b', 5, 'ann'));
  first.say(delta('body', {x: [1]}, 6, 'bob'));
  first.say(delta('title', null, 7, 'bob'));
  await cli.line('"stateVersion":7');
  first.socket.terminate();
  // What it missed is in the state that the next joined has.
  await server.joined(2, {state: {body: {x: [1]}, last: true}, stateVersion: 9, recovered: true});
  const {code, stdout} = await cli.ended();
  assert.equal(code, 0);
  assert.deepEqual(stdout.trimEnd().split('\n').map((line) => JSON.parse(line)), [
    {room: 'doc', stateVersion: 4, state: {title: 'a', n: 1}},
    {room: 'doc', stateVersion: 5, state: {title: 'b', n: 1}},
    {room: 'doc', stateVersion: 6, state: {title: 'b', n: 1, body: {x: [1]}}},
    {room: 'doc', stateVersion: 7, state: {n: 1, body: {x: [1]}}},
    {room: 'doc', stateVersion: 9, state: {body: {x: [1]}, last: true}}]);
});

test('A follower names itself, shows its token, and says goodbye', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, {http: `${server.http}/behind/`}, ['sub', 'r', '--user', 'ann & bob', '--token', 'a.b.c', '--count', '1']);
  const connection = await server.joined(1);
  assert.equal(connection.request.url, '/behind/ws?user=ann%20%26%20bob');
  assert.equal(connection.request.headers.authorization, 'Bearer a.b.c');
  assert.match(connection.request.headers['user-agent'], /^confab\/\d/);
  connection.say({type: 'chat', room: 'r', text: 'x', seq: 1});
  assert.equal((await cli.ended()).code, 0);
  assert.equal(await connection.closed, 1000);
});

test('A follower waits as long as the server asks', async (t) => {
  const server = await FakeServer.open(t);
  new Cli(t, server, ['sub', 'r']);
  const first = await server.joined(1);
  first.say({type: 'reconnect', after: 2000});
  const asked = process.hrtime.bigint();
  first.socket.close(1012);
  await server.connection(2);
  // A lower bound: a slow machine can't break it.
  assert.ok(process.hrtime.bigint() - asked >= 2_000_000_000n, 'it came back before its time');
});

test('A follower comes back to a server that goes, restarts, is full, or lost it for being slow', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, server, ['sub', 'r', '--count', '1']);
  const codes = [1000, 1001, 1011, 1012, 1013, 4008];
  for (const [index, code] of codes.entries()) (await server.joined(index + 1)).socket.close(code);
  (await server.joined(codes.length + 1)).say({type: 'chat', room: 'r', text: 'x', seq: 1});
  assert.equal((await cli.ended()).code, 0);
});

test('A follower stays away where it would be closed again', async (t) => {
  for (const code of [1002, 1003, 1008, 1009, 4001, 4002, 4003, 4029]) {
    const server = await FakeServer.open(t);
    const cli = new Cli(t, server, ['sub', 'r']);
    (await server.joined(1)).socket.close(code, 'The reason');
    const {code: exit, stderr} = await cli.ended();
    assert.equal(exit, 1);
    assert.equal(stderr, `confab: The server closed the connection (${code}: The reason).\n`);
  }
});

test('A follower that was removed from its room ends', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, server, ['sub', 'r']);
  (await server.joined(1)).say({type: 'kicked', room: 'r', user: 'ann', reason: 'spam'});
  const {code, stderr} = await cli.ended();
  assert.equal(code, 1);
  assert.equal(stderr, 'confab: r: kicked by the server, spam\n');
});

test('A join that is refused for now is tried again', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, server, ['sub', 'r', '--count', '1']);
  const first = await server.connection(1);
  const {id} = await first.messages.find((m) => m.type === 'join', 'a join');
  first.say({type: 'error', id, code: 'rate_limited', message: 'Slow down.', retryAfter: 10});
  (await server.joined(2)).say({type: 'chat', room: 'r', text: 'x', seq: 1});
  const {code, stderr} = await cli.ended();
  assert.equal(code, 0);
  assert.match(stderr, /^confab: r: Slow down\. \(rate_limited\)\n/);
});

test('Pings are answered and a position survives what is between', async (t) => {
  const server = await FakeServer.open(t);
  const cli = new Cli(t, server, ['sub', 'r']);
  const first = await server.joined(1, {seq: 7});
  const pong = new Promise((resolve) => first.socket.once('pong', (data) => resolve(data.toString())));
  first.socket.ping('beat');
  assert.equal(await pong, 'beat');
  first.say({type: 'chat', room: 'r', text: 'eight', seq: 8});
  await cli.line('eight');
  first.socket.terminate();
  const second = await server.joined(2, {seq: 8, recovered: true});
  assert.deepEqual(second.join.since, {epoch: 'e', seq: 8});
});

test('What is no Confab server is said to be none', async (t) => {
  const page = await httpServer(t, (response) => response.writeHead(404).end('<html>'));
  const sub = await Cli.run(t, page, ['sub', 'r']);
  assert.equal(sub.code, 1);
  assert.equal(sub.stderr, `confab: ${page.http} refused with HTTP status 404.\n`);
  const stats = await Cli.run(t, page, ['stats']);
  assert.equal(stats.code, 1);
  assert.equal(stats.stderr, 'confab: The server answered with HTTP status 404.\n');

  const odd = await httpServer(t, (response) => response.end('"text"'));
  for (const args of [['stats'], ['rooms'], ['history', 'r']]) {
    const {code, stdout, stderr} = await Cli.run(t, odd, args);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^confab: The server answered with something that is[^\n]*\n$/);
  }

  const noise = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-nothing\r\n'));
  await new Promise((resolve) => noise.listen(0, '127.0.0.1', resolve));
  t.after(() => noise.close());
  const {port} = noise.address();
  for (const args of [['stats'], ['sub', 'r']]) {
    const {code, stderr} = await Cli.run(t, {http: `http://127.0.0.1:${port}`}, args);
    assert.equal(code, 1);
    assert.match(stderr, /^confab: http:\/\/127\.0\.0\.1:\d+ (didn't answer|doesn't answer as a WebSocket server): [^\n]+\n$/);
  }
});

test('A busy server is asked again with the same id', async (t) => {
  const server = await httpServer(t, (response, number) => {
    if (number < 3) {
      response.writeHead(number === 1 ? 429 : 503).end('{"error":{"code":"unavailable","message":"Later."}}');
    } else {
      response.end('{"id":"x","seq":1}');
    }
  });
  await Cli.ok(t, server, ['pub', 'r', 'hello', '--key', 'k1']);
  assert.equal(server.requests.length, 3);
  const bodies = new Set(server.requests.map(({body}) => body));
  assert.equal(bodies.size, 1);
  const {id, ...rest} = JSON.parse([...bodies][0]);
  assert.ok(id.length >= 16, id);
  assert.deepEqual(rest, {text: 'hello'});
  assert.equal(server.requests[0].url, '/api/rooms/r/messages');
  assert.equal(server.requests[0].headers['x-api-key'], 'k1');
});

test('TLS trusts the authorities of the system and no others', async (t) => {
  const server = await startServer(t);
  const own = await certificate(t, 'localhost');
  const other = await certificate(t, 'elsewhere.example');
  const secure = await Proxy.open(t, server, own);
  const wrong = await Proxy.open(t, server, other);
  for (const args of [['pub', 'r', 'x'], ['sub', 'r']]) {
    const {code, stderr} = await Cli.run(t, secure, args);
    assert.equal(code, 1);
    assert.match(stderr, /^confab: https:\/\/localhost:\d+ isn't to be trusted: self-signed certificate\n$/);
    const misnamed = await Cli.run(t, wrong, args, {env: {SSL_CERT_FILE: other.file}});
    assert.equal(misnamed.code, 1);
    assert.match(misnamed.stderr, /^confab: https:\/\/localhost:\d+ isn't to be trusted: hostname mismatch\n$/);
  }
  const env = {SSL_CERT_FILE: own.file};
  // The backend's API is only for this machine's own programs while there is no key; the proxy is one.
  await Cli.ok(t, secure, ['pub', 'r', 'over TLS'], {env});
  const cli = new Cli(t, secure, ['sub', 'r', '--history', '1', '--count', '3'], {env});
  await cli.line('over TLS');
  await publish(server, 'r', {text: 'x'.repeat(30_000)});
  await cli.line('xxx');
  secure.drop();
  await publish(server, 'r', {text: 'after the loss'});
  assert.equal((await cli.ended()).code, 0);
  assert.equal((await get(server, '/api/rooms/r/messages')).body.messages.length, 3);
});

test('A server without TLS behind an https address is a clear failure', async (t) => {
  const server = await startServer(t);
  const {code, stderr} = await Cli.run(t, {http: `https://127.0.0.1:${server.port}`}, ['stats']);
  assert.equal(code, 1);
  assert.match(stderr, /^confab: https:\/\/127\.0\.0\.1:\d+ [^\n]+\n$/);
});
