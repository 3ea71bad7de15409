// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {JsonSocket, Poll, Stream} from '../support/contract/clients.mjs';
import {RawRequest} from '../support/contract/raw.mjs';
import {until} from '../support/wait.mjs';
import {contract, good, http, test} from './setup.mjs';

test('The backend reads and changes rooms, users and sessions', {}, async (t, server) => {
  const ann = await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  const bob = await Poll.open(t, contract, server, {query: {user: 'bob'}});
  await Stream.open(t, contract, server, {query: {room: 'r'}});
  for (const client of [ann, bob]) await client.say({type: 'join', room: 'r'});
  const {epoch, seq} = await good(server, 'POST', '/api/rooms/r/messages', {text: 'one'});
  await good(server, 'POST', '/api/rooms/s/messages', {text: 'two'});
  await good(server, 'GET', '/api/rooms/r');
  await good(server, 'GET', '/api/rooms/r/messages');
  await good(server, 'GET', `/api/rooms/r/messages?before=${seq}&limit=10`);
  await good(server, 'GET', `/api/rooms/r/messages?since=${epoch}:0`);
  for (const [list, after] of [['/api/rooms', 'a'], ['/api/rooms/r/members', 'a'], ['/api/sessions', '0']]) {
    await good(server, 'GET', list);
    const page = await good(server, 'GET', `${list}?limit=1`);
    await good(server, 'GET', `${list}?after=${encodeURIComponent(page.next)}`);
    await good(server, 'GET', `${list}?prefix=${after}&after=${after}`);
  }
  await good(server, 'GET', '/api/sessions?user=ann&room=r');
  for (const kind of ['bans', 'mutes']) {
    await good(server, 'PUT', `/api/rooms/r/${kind}/eve`, {for: '1h'});
    await good(server, 'GET', `/api/rooms/r/${kind}/eve`);
    await good(server, 'DELETE', `/api/rooms/r/${kind}/eve`);
    await good(server, 'GET', `/api/rooms/r/${kind}/eve`);
  }
  for (const user of ['ann', 'nobody']) await good(server, 'GET', `/api/users/${user}`);
  await good(server, 'GET', '/api/stats');
  await until(async () => (await good(server, 'GET', '/api/stats')).connections.topActiveConnections.length > 0, 'a sample');
  await good(server, 'DELETE', `/api/clients/${ann.clientId}`);
  for (const body of [{block: '10m'}, {block: 1}, {}, undefined]) {
    await good(server, 'DELETE', '/api/users/bob/sessions', body);
  }
  for (const path of ['/healthz', '/readyz']) await good(server, 'GET', path);
});

test('A server on its way out is not ready', {set: {'server.shutdown_grace': '5s'}}, async (t, server) => {
  const request = await RawRequest.open(t, server, 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n');
  await good(server, 'GET', '/healthz');
  server.signal('SIGTERM');
  await until(() => server.stderr.includes('draining'), 'the server to drain');
  request.socket.write('\r\n');
  const answer = await request.answer();
  assert.equal(answer.status, 503);
  http.look('GET', '/readyz', answer);
  await server.ended();
});
