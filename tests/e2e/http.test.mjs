// SPDX-License-Identifier: MIT
// Section 7 of the protocol: the backend's API of this release, and how HTTP itself is kept.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {get, post, publish, request} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {until, within} from './support/wait.mjs';
import {WsClient} from './support/websocket.mjs';

const kIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function refused(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.body.error.code, code, answer.text);
  assert.ok(answer.body.error.message.length > 0);
  if (field !== undefined) assert.equal(answer.body.error.field, field, answer.text);
}

/** Everything that comes back for these bytes until the server closes, or until `enough` of it is there. */
async function exchange(server, bytes, enough = () => false) {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  try {
    await within(new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', resolve);
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (enough(text)) resolve();
      });
      socket.write(bytes);
    }), () => `an answer; came: ${text}`);
  } finally {
    socket.destroy();
  }
  return text;
}

test('The health checks are open to all', async (t) => {
  const server = await startServer(t);
  const headers = {'X-Forwarded-For': '203.0.113.5', Host: 'chat.example.com'};
  for (const path of ['/healthz', '/readyz']) {
    assert.equal((await get(server, path, {headers})).status, 200, path);
    assert.equal((await request(server, 'HEAD', path)).status, 200, path);
  }
});

test('A published event goes to members and into the history', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'stocks:AAPL', 'ann');
  const custom = await publish(server, 'stocks:AAPL', {
    event: 'price_update', data: {symbol: 'AAPL', price: '101.20'}, user: 'ticker', id: 'tick-0000000001',
  });
  assert.equal(custom.id, 'tick-0000000001');
  assert.equal(custom.seq, 1);
  assert.equal(custom.epoch, ann.joined.epoch);
  assert.match(custom.timestamp, kIso);
  const event = await ann.type('price_update');
  assert.deepEqual(event, {
    type: 'price_update', room: 'stocks:AAPL', user: 'ticker', data: {symbol: 'AAPL', price: '101.20'},
    id: 'tick-0000000001', seq: 1, timestamp: custom.timestamp,
  });
  const chat = await publish(server, 'stocks:AAPL', {user: 'bob', text: 'hi'});
  assert.equal(chat.seq, 2);
  assert.ok(chat.id.length > 0, 'the server gives an id where none came');
  assert.equal((await ann.type('chat')).text, 'hi');
  const nobody = await publish(server, 'stocks:AAPL', {event: 'note', data: null});
  assert.equal('user' in (await ann.type('note')), false);

  const ephemeral = await publish(server, 'stocks:AAPL', {event: 'blink', data: 1, ephemeral: true});
  assert.equal('seq' in ephemeral, false);
  assert.equal('seq' in (await ann.type('blink')), false);
  const history = await get(server, '/api/rooms/stocks%3AAAPL/messages');
  assert.deepEqual(history.body.messages.map((m) => [m.type, m.seq]), [['price_update', 1], ['chat', 2], ['note', 3]]);
  assert.equal(history.body.epoch, custom.epoch);
  assert.equal(history.body.seq, nobody.seq);
  assert.equal(history.body.more, false);
});

test('A retry by the API is stored once', async (t) => {
  const server = await startServer(t);
  const message = {user: 'bob', text: 'once', id: 'retry-0123456789'};
  const first = await publish(server, 'general', message);
  const second = await publish(server, 'general', message);
  assert.equal(second.seq, first.seq);
  assert.equal((await get(server, '/api/rooms/general')).body.seq, 1);
});

test('History pages by since and before', async (t) => {
  const server = await startServer(t);
  for (let n = 1; n <= 30; n += 1) await publish(server, 'general', {text: `message ${n}`});
  const {epoch} = (await get(server, '/api/rooms/general')).body;
  const page = async (query) => {
    const {status, text, body} = await get(server, `/api/rooms/general/messages?${query}`);
    assert.equal(status, 200, text);
    return [body.messages.map((m) => m.seq), body.more];
  };
  assert.deepEqual(await page('limit=3'), [[28, 29, 30], true]);
  assert.deepEqual(await page('before=3'), [[1, 2], false]);
  assert.deepEqual(await page('before=20&limit=2'), [[18, 19], true]);
  assert.deepEqual(await page(`since=${encodeURIComponent(`${epoch}:5`)}&limit=2`), [[6, 7], true]);
  assert.deepEqual(await page(`since=${encodeURIComponent(`${epoch}:29`)}`), [[30], false]);
  for (const query of ['limit=301', 'limit=x', 'limit=-1', 'before=x', 'since=x', `since=${encodeURIComponent(`${epoch}:x`)}`]) {
    refused(await get(server, `/api/rooms/general/messages?${query}`), 400, 'bad_message', query.split('=')[0]);
  }
});

test('What cannot be published is refused with its reason', async (t) => {
  const server = await startServer(t);
  const path = '/api/rooms/general/messages';
  const cases = [
    ['not JSON', '{"text":', undefined],
    ['no object', '[1]', undefined],
    ['nothing', '', undefined],
    ['deep', '['.repeat(2000), undefined],
    ['a lone surrogate', '{"text":"\\ud800"}', undefined],
    ['neither text nor event', '{}', undefined],
    ['a text that is no string', '{"text":7}', 'text'],
    ['an illegal event', '{"event":"","data":1}', 'event'],
    ['an event with NUL', '{"event":"a\\u0000","data":1}', 'event'],
    ['an event of 65 bytes', JSON.stringify({event: 'e'.repeat(65), data: 1}), 'event'],
    ['an event of the protocol', '{"event":"user_joined","data":1}', 'event'],
    ['an event of Socket.IO', '{"event":"disconnect","data":1}', 'event'],
    ['an illegal user', '{"text":"x","user":"@ann"}', 'user'],
    ['an id of 65 bytes', JSON.stringify({text: 'x', id: 'i'.repeat(65)}), 'id'],
    ['an ephemeral that is no boolean', '{"event":"e","data":1,"ephemeral":"yes"}', 'ephemeral'],
  ];
  const failures = [];
  for (const [what, raw, field] of cases) {
    const answer = await request(server, 'POST', path, {raw});
    const error = answer.body?.error;
    if (answer.status !== 400 || error?.code !== 'bad_message' || (field && error.field !== field)) {
      failures.push(`${what}: expected 400 bad_message ${field ?? ''}, came ${answer.status} ${answer.text}`);
    }
  }
  assert.deepEqual(failures, []);
  refused(await post(server, '/api/rooms/a%00b/messages', {text: 'x'}), 400, 'bad_room');
  refused(await post(server, `/api/rooms/${'r'.repeat(129)}/messages`, {text: 'x'}), 400, 'bad_room');
  refused(await post(server, '/api/rooms/a%ffb/messages', {text: 'x'}), 400, 'bad_message');
  refused(await post(server, path, {text: 'x'.repeat(2_000_000)}), 413, 'too_large');
  assert.equal((await publish(server, 'a/b ü', {text: 'a segment is decoded after splitting'})).seq, 1);
  const named = await get(server, `/api/rooms/${encodeURIComponent('a/b ü')}`);
  assert.equal(named.body.room, 'a/b ü');
  refused(await post(server, '/api/rooms/../messages', {text: 'x'}), 400, 'bad_room');
});

test('What tells the API what to publish is no part of a chat message', async (t) => {
  const server = await startServer(t);
  await post(server, '/api/rooms/general/messages', {event: 'chat', user: 'bob', text: 'hi', mood: 'good'});
  const {body} = await get(server, '/api/rooms/general/messages');
  assert.deepEqual(Object.keys(body.messages[0]), ['type', 'room', 'user', 'text', 'mood', 'id', 'seq', 'timestamp']);
});

test('A notification goes to every session', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.open(t, server);
  const answer = await post(server, '/api/notifications', {message: 'Soon down', type: 'warning'});
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body, {success: true, message: 'Notification sent'});
  const event = await ann.type('notification');
  assert.equal(event.room, '$all');
  assert.equal(event.data.type, 'warning');
  assert.equal(event.data.message, 'Soon down');
  assert.match(event.data.timestamp, kIso);
  assert.equal((await post(server, '/api/notifications', {message: 'without type'})).status, 200);
  refused(await post(server, '/api/notifications', {}), 400, 'bad_message', 'message');
  refused(await post(server, '/api/notifications', {message: 7}), 400, 'bad_message', 'message');
});

test('Rooms are listed by page and prefix, with their members', async (t) => {
  const server = await startServer(t);
  for (const room of ['alpha', 'team-a', 'team-b', 'team-c']) await WsClient.join(t, server, room, 'ann');
  await WsClient.join(t, server, 'team-b', 'bob');
  await WsClient.join(t, server, 'team-b');
  await publish(server, 'team-b', {text: 'x'});
  const listed = (await get(server, '/api/rooms?prefix=team-')).body;
  assert.deepEqual(listed.items.map((r) => r.room), ['team-a', 'team-b', 'team-c']);
  const room = listed.items[1];
  assert.deepEqual({...room, epoch: typeof room.epoch}, {room: 'team-b', users: 2, sessions: 3, epoch: 'string', seq: 1});
  assert.deepEqual((await get(server, '/api/rooms/team-b')).body, room);
  const seen = [];
  for (let after = ''; ;) {
    const {items, next} = (await get(server, `/api/rooms?prefix=team-&limit=2&after=${encodeURIComponent(after)}`)).body;
    assert.ok(items.length <= 2);
    seen.push(...items.map((r) => r.room));
    if (next === undefined) break;
    after = next;
  }
  assert.deepEqual(seen, ['team-a', 'team-b', 'team-c']);
  const members = (await get(server, '/api/rooms/team-b/members')).body;
  assert.deepEqual(members.items.map((m) => [m.user, m.connections]), [['ann', 1], ['bob', 1]]);
  assert.match(members.items[0].joinedAt, kIso);
  const first = (await get(server, '/api/rooms/team-b/members?limit=1')).body;
  assert.deepEqual(first.items.map((m) => m.user), ['ann']);
  assert.equal(typeof first.next, 'string');
  const rest = (await get(server, `/api/rooms/team-b/members?limit=1&after=${encodeURIComponent(first.next)}`)).body;
  assert.deepEqual(rest.items.map((m) => m.user), ['bob']);
  refused(await get(server, '/api/rooms?limit=501'), 400, 'bad_message', 'limit');
});

test('The statistics count what happened', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  await WsClient.join(t, server, 'general', 'bob');
  await ann.ask({type: 'chat', room: 'general', text: 'hi'});
  const {status, body} = await get(server, '/api/stats');
  assert.equal(status, 200);
  assert.equal(body.connections.active, 2);
  assert.ok(body.connections.total >= 2);
  for (const name of ['rejected', 'failed', 'averageConnectionAge']) assert.equal(typeof body.connections[name], 'number', name);
  assert.equal(body.connections.byTransport.websocket, 2, JSON.stringify(body.connections.byTransport));
  assert.ok(Array.isArray(body.connections.topActiveConnections));
  for (const name of ['sent', 'received', 'failed']) assert.equal(typeof body.messages[name], 'number', name);
  assert.ok(body.messages.received >= 3, JSON.stringify(body.messages));
  for (const name of ['avgLatency', 'maxLatency', 'messagesPerSecond']) assert.equal(typeof body.performance[name], 'number', name);
  assert.ok(body.messages.bytesReceived >= JSON.stringify({type: 'chat', room: 'general', text: 'hi'}).length);
  assert.ok(body.messages.bytesSent > body.messages.bytesReceived);
  const {latencies} = body.performance;
  assert.ok(latencies.length > 0 && latencies.every((bucket, n) => bucket.count > 0 && (n === 0 || bucket.upTo > latencies[n - 1].upTo)));
  assert.ok(latencies.at(-1).upTo >= body.performance.maxLatency);
  assert.equal(typeof body.uptime, 'number');
  assert.equal(typeof body.version, 'string');
  assert.ok('timestamp' in body);
  assert.doesNotMatch(JSON.stringify(body), /"sid"/);
  await ann.close();
  await until(async () => (await get(server, '/api/stats')).body.connections.active === 1, 'one session less');
});

test('Unknown paths and methods', async (t) => {
  const server = await startServer(t);
  refused(await get(server, '/api/nothing'), 404, 'not_found');
  refused(await get(server, '/nothing'), 404, 'not_found');
  const wrong = await request(server, 'DELETE', '/api/stats');
  refused(wrong, 405, 'method_not_allowed');
  assert.deepEqual(wrong.headers.allow.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS']);
  refused(await get(server, '/api/rooms/a%zz'), 400, 'bad_message');
  const options = await request(server, 'OPTIONS', '/api/notifications');
  assert.equal(options.status, 204);
  assert.match(options.headers.allow, /POST/);
  const head = await request(server, 'HEAD', '/api/stats');
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
  assert.ok(Number(head.headers['content-length']) > 0);
});

test('Without keys the API is for programs on this machine only', async (t) => {
  const server = await startServer(t);
  const headers = [
    {'X-Forwarded-For': '203.0.113.5'}, {'X-Forwarded-Proto': 'https'}, {'X-Real-IP': '203.0.113.5'}, {Via: '1.1 proxy'},
    {Forwarded: 'for=203.0.113.5'}, {Host: 'chat.example.com'}, {Origin: 'https://evil.example'},
  ];
  for (const fields of headers) {
    const answer = await post(server, '/api/notifications', {message: 'x'}, {headers: fields});
    refused(answer, 401, 'unauthorized');
    assert.match(answer.body.error.message, /api\.keys/, 'it names the setting');
    assert.equal((await get(server, '/api/rooms', {headers: fields})).status, 401);
  }
  assert.equal((await get(server, '/api/rooms', {headers: {Origin: `http://localhost:${server.port}`}})).status, 200);
  assert.equal((await get(server, '/api/rooms', {headers: {Host: `localhost:${server.port}`}})).status, 200);
  const client = await post(server, '/api/messages', {room: 'general', user: 'ann', text: 'x'}, {headers: headers[0]});
  assert.equal(client.status, 200, 'what is for clients is open to them');
});

test('A key opens what its scopes say', async (t) => {
  const key = (letter) => letter.repeat(32);
  const server = await startServer(t, {config: {api: {keys: [
    {name: 'reader', key: key('r'), scopes: ['read']}, {name: 'writer', key: key('w'), scopes: ['publish']},
    {name: 'chief', key: key('a'), scopes: ['admin', 'read', 'publish']},
  ]}}});
  const bearer = (letter) => ({headers: {Authorization: `Bearer ${key(letter)}`}});
  refused(await get(server, '/api/rooms'), 401, 'unauthorized');
  refused(await get(server, '/api/rooms', {headers: {'X-API-Key': key('x')}}), 401, 'unauthorized');
  assert.equal((await get(server, '/api/rooms', bearer('r'))).status, 200);
  assert.equal((await get(server, '/api/rooms', {headers: {'X-API-Key': key('r')}})).status, 200);
  assert.equal((await get(server, '/api/stats', bearer('r'))).status, 200);
  assert.equal((await get(server, '/api/rooms/general/messages', bearer('r'))).status, 200);
  refused(await post(server, '/api/rooms/general/messages', {text: 'x'}, bearer('r')), 403, 'forbidden');
  refused(await post(server, '/api/notifications', {message: 'x'}, bearer('r')), 403, 'forbidden');
  assert.equal((await post(server, '/api/rooms/general/messages', {text: 'x'}, bearer('w'))).status, 200);
  refused(await get(server, '/api/rooms', bearer('w')), 403, 'forbidden');
  const outside = {headers: {...bearer('a').headers, 'X-Forwarded-For': '203.0.113.5', Host: 'chat.example.com'}};
  assert.equal((await get(server, '/api/rooms', outside)).status, 200, 'a key works through a proxy');
  // Retries are told apart by the key's name where there is no user.
  const message = {text: 'x', id: 'same-id-0123456789'};
  const first = await post(server, '/api/rooms/keys/messages', message, bearer('w'));
  const other = await post(server, '/api/rooms/keys/messages', message, bearer('a'));
  assert.deepEqual([first.body.seq, other.body.seq], [1, 2]);
});

test('CORS is answered for configured origins', async (t) => {
  const server = await startServer(t, {config: {origins: ['https://app.example', 'https://*.shop.example']}});
  const path = '/api/messages?history=0&timeout=0';
  for (const origin of ['https://app.example', 'https://a.shop.example']) {
    const answer = await get(server, path, {headers: {Origin: origin}});
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    const preflight = await request(server, 'OPTIONS', '/api/messages', {
      headers: {Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type'},
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], origin);
    assert.match(preflight.headers['access-control-allow-methods'], /POST/);
    assert.match(preflight.headers['access-control-allow-headers'], /content-type/i);
  }
  for (const origin of ['https://evil.example', 'https://shop.example', 'http://app.example', 'null']) {
    const answer = await get(server, path, {headers: {Origin: origin}});
    refused(answer, 403, 'forbidden');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    const socket = new WsClient(server.ws, {origin});
    await assert.rejects(within(socket.opened, 'the upgrade'), /403/, 'before the upgrade');
  }
  const friend = await WsClient.open(t, server, {origin: 'https://app.example'});
  assert.ok(friend.connected.clientId);
});

test('Requests in one go are answered in order on a kept connection', async (t) => {
  const server = await startServer(t);
  const one = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const held = one('/api/messages?room=quiet&history=0&timeout=1');
  const text = await exchange(server, held + one('/api/nothing') + one('/healthz'),
    (answer) => (answer.match(/HTTP\/1\.1 /g) ?? []).length === 3);
  assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('What is too large or too slow is refused', async (t) => {
  const server = await startServer(t, {set: {'limits.header_timeout': '500ms'}});
  const head = (fields) => `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
  assert.match(await exchange(server, head(`X-Long: ${'x'.repeat(100_000)}\r\n`)), /^HTTP\/1\.1 431 /);
  assert.match(await exchange(server, head(Array.from({length: 1000}, (_, n) => `X-${n}: 1\r\n`).join(''))), /^HTTP\/1\.1 431 /);
  const post_ = (length) => `POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
  assert.match(await exchange(server, post_(1_000_000_000)), /^HTTP\/1\.1 413 /);
  assert.match(await exchange(server, 'GET /healthz HTTP/1.1\r\nHost: loc'), /^HTTP\/1\.1 408 /, 'half a header');
  assert.match(await exchange(server, `${post_(20)}{"text":`), /^HTTP\/1\.1 408 /, 'a body that never comes');
  assert.match(await exchange(server, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.equal((await get(server, '/healthz')).status, 200);
});

test('A slow WebSocket handshake is ended', async (t) => {
  const server = await startServer(t, {set: {'limits.header_timeout': '500ms'}});
  const text = await exchange(server, 'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
  assert.match(text, /^HTTP\/1\.1 408 /);
});

test('The page and its parts are served', async (t) => {
  const server = await startServer(t);
  const page = await get(server, '/');
  assert.equal(page.status, 200, page.text);
  assert.match(page.headers['content-type'], /^text\/html/);
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
  assert.ok(parts.length >= 3, parts.join());
  for (const part of parts) {
    assert.doesNotMatch(part, /^(https?:)?\/\//, 'nothing from other hosts');
    const answer = await get(server, `/${part}`);
    assert.equal(answer.status, 200, part);
    if (part.endsWith('.js')) assert.match(answer.headers['content-type'], /^text\/javascript/);
    if (part.endsWith('.css')) assert.match(answer.headers['content-type'], /^text\/css/);
  }
  assert.doesNotMatch(page.text, /<script>|<style>| style=| on[a-z]+=/, 'nothing inline: a strict CSP holds');
});
