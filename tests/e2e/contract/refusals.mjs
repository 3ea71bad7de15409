// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {addressOf, backend, clients, forNothing, malformed, webSockets} from '../support/contract/addresses.mjs';
import {JsonSocket, Poll, Stream} from '../support/contract/clients.mjs';
import {RawRequest} from '../support/contract/raw.mjs';
import {contract, expect, good, http, test} from './setup.mjs';

const kScopes = ['read', 'publish', 'admin'];
const keyOf = (scope) => ({'X-API-Key': `a-key-for-the-scope-${scope}`.padEnd(32, '.')});
const kKeys = kScopes.map((name) => ({name, key: keyOf(name)['X-API-Key'], scopes: [name]}));

test('The backend needs a key of the documented scope, and no other', {config: {api: {keys: kKeys}}}, async (t, server) => {
  for (const each of backend) {
    const [method, path, scope] = [each.method, addressOf(each), each.operation['x-scope']];
    await expect(server, 401, method, path);
    for (const other of kScopes.filter((name) => name !== scope)) {
      await expect(server, 403, method, path, {headers: keyOf(other)});
    }
    const own = await http.request(server, method, path, {headers: keyOf(scope)});
    assert.ok(![401, 403].includes(own.status), `${each.name} with a key for ${scope}: ${own.text}`);
    const bearer = {Authorization: `Bearer ${keyOf(scope)['X-API-Key']}`};
    const same = await http.request(server, method, path, {headers: bearer});
    assert.ok(![401, 403].includes(same.status), same.text);
  }
});

const kUpgrade = {
  Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
};

test('Pages of other origins are refused', {config: {origins: ['https://app.example']}}, async (t, server) => {
  for (const each of clients) {
    const headers = {...(webSockets.includes(each) ? kUpgrade : {}), Origin: 'https://evil.example'};
    await expect(server, 403, each.method, addressOf(each), {headers});
  }
});

test('What is malformed or not there is refused', {}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const live = {sid: poll.connected.sid, clientId: poll.clientId};
  for (const {method, path, options} of malformed(live)) await expect(server, 400, method, path, options);
  for (const {method, path, options} of forNothing()) await expect(server, 404, method, path, options);
  const rooms = Array.from({length: 33}, (_, n) => `room=${n}`).join('&');
  for (const path of ['/events', '/api/messages']) await expect(server, 400, 'GET', `${path}?${rooms}`);
  for (const each of webSockets) {
    const path = addressOf(each);
    await expect(server, 400, 'GET', path, {headers: {...kUpgrade, 'Sec-WebSocket-Key': 'short'}});
    await expect(server, 400, 'GET', path, {headers: {...kUpgrade, Connection: 'close'}});
    await expect(server, 426, 'GET', path, {headers: {...kUpgrade, 'Sec-WebSocket-Version': '12'}});
    if (path !== '/') await expect(server, 426, 'GET', path);
  }
  const page = await expect(server, 200, 'GET', '/');
  await expect(server, 304, 'GET', '/', {headers: {'If-None-Match': page.headers.etag}});
});

const kSmall = {limits: {message_size: '1KiB', queue_size: '4KiB'}, rooms: [{match: '*', state: {keys: 1}}]};

test('What is too large is refused', {config: kSmall}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  const body = {text: 'x'.repeat(2_000), room: 'r', value: 1};
  for (const folder of ['', '/rooms/r', '/users/ann', `/clients/${poll.clientId}`]) {
    await expect(server, 413, 'POST', `/api${folder}/messages`, {body});
  }
  await expect(server, 413, 'PUT', '/api/rooms/r/state/k', {body});
  await good(server, 'PUT', '/api/rooms/r/state/k', {value: 1});
  await expect(server, 413, 'PUT', '/api/rooms/r/state/other', {body: {value: 1}});
  await expect(server, 409, 'PUT', '/api/rooms/r/state/k', {body: {value: 2, ifVersion: 0}});
});

test('What a rule or a limit forbids is refused', {
  config: {
    rooms: [{match: 'closed', join: 'nobody'}, {match: 'single', max_members: 1}, {match: '*'}], webrtc: {allow: 'user'},
    limits: {messages_per_second: 1, message_burst: 1, rooms_per_session: 2},
  },
}, async (t, server) => {
  for (const path of ['/events?room=closed', '/api/messages?room=closed', '/api/ice-servers']) {
    await expect(server, 403, 'GET', path);
  }
  await good(server, 'GET', '/api/ice-servers?user=ann');
  await expect(server, 403, 'POST', '/api/messages', {body: {room: 'closed', text: 'hi'}});
  await expect(server, 429, 'POST', '/api/messages', {body: {room: 'r', text: 'hi'}});
  await JsonSocket.open(t, contract, server, {path: '/signaling', query: {room: 'single'}});
  await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  for (const room of ['a', 'b']) await good(server, 'PUT', `/api/rooms/${room}/members/ann`);
  await expect(server, 403, 'PUT', '/api/rooms/c/members/ann');
  await good(server, 'DELETE', '/api/rooms/b/members/ann');
  await expect(server, 403, 'PUT', '/api/rooms/single/members/ann');
});

test('A server that is full says so', {config: {limits: {connections: 1}}}, async (t, server) => {
  await JsonSocket.open(t, contract, server);
  for (const path of ['/events', '/api/stocks/AAPL/updates', '/api/messages', '/api/poll']) {
    await expect(server, 503, 'GET', path);
  }
});

const kThreeRooms = {limits: {rooms: 3}, rooms: [{match: '*', publish: 'anyone'}]};

test('A server that knows as many rooms as it may says so', {config: kThreeRooms}, async (t, server) => {
  const ann = await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  await ann.say({type: 'join', room: 'r'});
  for (const key of ['a', 'b', 'c']) await good(server, 'PUT', `/api/rooms/${key}/state/k`, {value: 1});
  for (const path of ['/api/messages', '/api/rooms/new/messages', '/api/users/bob/messages']) {
    await expect(server, 503, 'POST', path, {body: {room: 'new', text: 'hi'}});
  }
  await expect(server, 503, 'PUT', '/api/rooms/new/members/ann');
  await expect(server, 503, 'PUT', '/api/rooms/new/state/k', {body: {value: 1}});
  assert.equal((await ann.request({type: 'chat', room: 'new', text: 'hi'})).code, 'unavailable');
  const stream = await Stream.open(t, contract, server, {query: {room: 'new'}});
  await stream.heard('error', (m) => m.code === 'unavailable' && m.room === 'new');
});

test('What goes wrong before a request has come to its address', {set: {'limits.header_timeout': '300ms'}}, async (t, server) => {
  await expect(server, 400, 'GET', '/%zz');
  await expect(server, 404, 'GET', '/api/nothing');
  await expect(server, 405, 'PATCH', '/api/rooms');
  await expect(server, 413, 'POST', '/api/notifications', {raw: ' '.repeat(1_100_000)});
  await expect(server, 417, 'GET', '/healthz', {headers: {Expect: 'wonders'}});
  await expect(server, 431, 'GET', '/healthz', {headers: {'X-Long': 'x'.repeat(17_000)}});
  const slow = await RawRequest.open(t, server, 'GET /healthz HTTP/1.1\r\n');
  const answer = await slow.answer();
  assert.equal(answer.status, 408);
  http.look('GET', '/healthz', answer);
});
