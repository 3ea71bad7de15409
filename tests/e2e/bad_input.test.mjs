// SPDX-License-Identifier: MIT
// Every command and every endpoint with each field missing, of the wrong type, at its bound and over it.
import assert from 'node:assert/strict';
import {kCommandRows, kLongestNames, kMessageSize, kNamingRows, kPlace, kWalkServer} from './support/command_rows.mjs';
import {endpointRows} from './support/endpoint_rows.mjs';
import {get, post, publish, request} from './support/http.mjs';
import {Peer} from './support/peer.mjs';
import {startServer} from './support/server.mjs';
import {RawStream} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {kTransports} from './support/transports.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the answer to a row; undefined where nothing is. A ping behind it shows that the session goes on. */
async function tryRow(peer, {message, code, field, first, inside = []}) {
  const said = isObject(message) && message.type && !('id' in message) ? {...message, id: Peer.serial()} : message;
  const ping = {type: 'ping', id: Peer.serial()};
  const before = first ? [{...first, id: Peer.serial()}] : [];
  const answers = await peer.exchange([...before, said, ping]);
  if (first && answers.shift()?.type !== 'ack') return 'what comes first was refused';
  const pong = answers.pop();
  if (pong?.type !== 'pong' || pong.id !== ping.id) return `no pong: ${JSON.stringify([...answers, pong])}`;
  const inner = answers.splice(0, inside.length).map((each) => each.code);
  if (JSON.stringify(inner) !== JSON.stringify(inside)) return `expected ${JSON.stringify(inside)} inside, came ${JSON.stringify(inner)}`;
  if (answers.length > 1) return `${answers.length} answers: ${JSON.stringify(answers)}`;
  const [answer] = answers;
  if (code === undefined) {
    const right = answer === undefined ? !said.id : answer.type !== 'error' && answer.id === (said.id ?? undefined);
    return right ? undefined : `expected an ack, came ${JSON.stringify(answer)}`;
  }
  const id = said?.id !== null && field !== 'id' ? said?.id : undefined;
  const right = answer?.type === 'error' && answer.code === code && answer.message.length > 0 && answer.id === id &&
    (field === undefined || answer.field === field);
  return right ? undefined : `expected ${code} (${field}), came ${JSON.stringify(answer)}`;
}

async function walk(peer, rows) {
  const failures = [];
  for (const row of rows) {
    const wrong = await tryRow(peer, row);
    if (wrong) failures.push(`${row.what}: ${wrong}`);
  }
  assert.deepEqual(failures, []);
}

for (const [name, transport] of Object.entries(kTransports)) {
  test(`Bad input by ${name} is answered, and the session goes on`, async (t) => {
    const server = await startServer(t, kWalkServer);
    const bystander = await transport.open(t, server);
    await bystander.enter(kPlace, {user: 'bystander'});
    const ann = await transport.open(t, server);
    await ann.enter(kPlace, {user: 'ann'});
    for (const [command, rows] of Object.entries(kCommandRows)) {
      await t.test(command, async () => {
        await walk(ann, rows);
        await ann.ask({type: 'chat', text: `after ${command}`});
        await bystander.take('chat', (m) => m.text === `after ${command}`);
      });
    }
    assert.deepEqual(bystander.untaken('error'), [], 'nobody else notices');
  });

  test(`A name that is none is refused by ${name}, whichever command says it`, async (t) => {
    const server = await startServer(t, kWalkServer);
    const guest = await transport.open(t, server);
    await guest.enter(kPlace);
    await walk(guest, kNamingRows);
    await guest.ask({type: 'chat', text: 'still nobody'});
    assert.match((await guest.take('chat')).user, /^guest-.{8}$/);
    for (const user of kLongestNames) {
      const named = await transport.open(t, server);
      await named.enter(kPlace, {user});
      await named.ask({type: 'chat', text: 'x'});
      assert.equal((await named.take('chat')).user, user);
    }
  });
}

for (const [name, transport] of Object.entries(kTransports)) {
  test(`A message as large as it may be is taken by ${name}, and one byte more is not`, async (t) => {
    const server = await startServer(t, kWalkServer);
    const bystander = await transport.open(t, server);
    await bystander.enter(kPlace, {user: 'bystander'});
    const ann = await transport.open(t, server);
    await ann.enter(kPlace, {user: 'ann'});
    const sized = (size, id) => {
      const chat = {type: 'chat', id, text: 'x'.repeat(1000)};
      chat.text = 'x'.repeat(1000 + size - ann.pack(chat).length);
      assert.equal(ann.pack(chat).length, size);
      return chat;
    };
    const {text} = sized(kMessageSize, 'fits');
    await ann.ask(sized(kMessageSize, 'fits'));
    assert.equal((await bystander.take('chat')).text, text);
    if (ann.client) {
      ann.client.send(sized(kMessageSize + 1, 'over'));
      assert.equal((await closeOf(ann.client)).code, 1009);
    } else {
      const [error] = await ann.exchange([sized(kMessageSize + 1, 'over')]);
      assert.deepEqual([error.type, error.code], ['error', 'too_large']);
      await ann.ask({type: 'chat', text: 'still here'});
      assert.equal((await bystander.take('chat')).text, 'still here');
    }
    await bystander.settle();
    assert.deepEqual(bystander.untaken('chat'), []);
  });
}

/** What is wrong with the answer to a row; undefined where nothing is. */
async function tryCall(t, server, {method, path, body, raw, headers, first, stream, status = 200, code, field}) {
  if (first && (await request(server, first.method, first.path)).status !== 200) return 'what comes first was refused';
  if (stream && status === 200) {
    const opened = await RawStream.open(t, server, path);
    opened.close();
    return opened.head.status === status ? undefined : `expected a stream, came ${opened.head.status}`;
  }
  const answer = await request(server, method, path, {body, raw, headers});
  const error = answer.body?.error;
  const says = status === 200 ? answer.body !== undefined && error === undefined :
    error?.code === code && error.message.length > 0 && (field === undefined || error.field === field);
  const right = says && answer.status === status && /^application\/json/.test(answer.headers['content-type']);
  return right ? undefined : `expected ${status} ${code ?? ''} (${field}), came ${answer.status} ${answer.text.slice(0, 200)}`;
}

/** A server that the rows of endpoints are for; gives them, and a bystander. */
async function startWalk(t) {
  const server = await startServer(t, kWalkServer);
  const ann = await WsClient.join(t, server, 'room', 'ann');
  const other = await WsClient.join(t, server, 'room', 'bystander');
  const stream = await kTransports['a stream and POST'].open(t, server);
  const poll = (await get(server, '/api/poll')).body.messages[0].sid;
  await publish(server, 'room', {text: 'first'});
  const world = {epoch: ann.joined.epoch, clientId: ann.connected.clientId, sid: stream.connected.sid, poll};
  return {server, other, world};
}

test('Bad input by HTTP is answered with its status, its code and the field', async (t) => {
  const {server, other, world} = await startWalk(t);
  for (const [name, rows] of Object.entries(endpointRows(world))) {
    await t.test(name, async (child) => {
      const failures = [];
      for (const row of rows) {
        const wrong = await tryCall(child, server, row);
        if (wrong) failures.push(`${row.what}: ${wrong}`);
      }
      assert.deepEqual(failures, []);
      const {seq} = await publish(server, 'room', {text: `after ${name}`});
      await other.type('chat', {where: (m) => m.seq === seq});
    });
  }
});

/** What is wrong with the answer to a call that was carried; undefined where nothing is. */
function wrongResult({status = 200, code, field}, result) {
  const error = result.body?.error;
  const says = status === 200 ? error === undefined : error?.code === code && (field === undefined || error.field === field);
  return says && result.status === status ? undefined : `expected ${status} ${code ?? ''} (${field}), came ${JSON.stringify(result)}`;
}

test('Bad input to the backend\'s calls is answered in a batch as if it came alone', async (t) => {
  const {server, other, world} = await startWalk(t);
  const isClients = ({path, raw, headers}) =>
    raw !== undefined || headers !== undefined || /^\/api\/(messages|poll|sessions\/|stocks|ice-servers|batch)|^\/(events|ws|chat|signaling)?(\?|$)/.test(path);
  const rows = Object.values(endpointRows(world)).flat().filter((row) => !isClients(row));
  assert.ok(rows.length > 500, `${rows.length} rows`);
  const failures = [];
  for (const row of rows) {
    const {results} = (await post(server, '/api/batch', {commands: [...(row.first ? [row.first] : []), row]})).body;
    const wrong = wrongResult(row, results.at(-1));
    if (wrong) failures.push(`${row.what}: ${wrong}`);
  }
  assert.deepEqual(failures, []);
  const {seq} = await publish(server, 'room', {text: 'after all'});
  await other.type('chat', {where: (m) => m.seq === seq});
});
