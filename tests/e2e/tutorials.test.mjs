// SPDX-License-Identifier: MIT
// The client classes that tutorials print, as they print them: they have to work without a change.
import assert from 'node:assert/strict';
import {EventEmitter, once} from 'node:events';
import {EventSource} from 'eventsource';
import WebSocket from 'ws';
import {post} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {Inbox, within} from './support/wait.mjs';

class ChatClient extends EventEmitter {
  constructor(url, user) {
    super();
    this.ws = new WebSocket(url);
    this.ws.onopen = () => {
      this.ws.send(JSON.stringify({type: 'join', room: 'general', user}));
      this.emit('open');
    };
    this.ws.onmessage = (event) => {
      const data = JSON.parse(event.data);
      switch (data.type) {
        case 'chat':
          this.emit('chat', {user: data.user, text: data.text});
          break;
        case 'user_joined':
          this.emit('joined', data.user);
          break;
        case 'user_left':
          this.emit('left', data.user);
          break;
      }
    };
  }

  sendMessage(text) {
    this.ws.send(JSON.stringify({type: 'chat', text}));
  }

  close() {
    this.ws.close();
  }
}

test('The WebSocket chat class of tutorials works without a change', async (t) => {
  const server = await startServer(t);
  const url = `ws://127.0.0.1:${server.port}/chat`;
  const john = new ChatClient(url, 'JohnDoe');
  t.after(() => john.close());
  await within(once(john, 'open'), 'the upgrade on /chat');
  const echo = once(john, 'chat');
  john.sendMessage('Hello, World!'); // right behind the join, without waiting for its answer
  assert.deepEqual((await within(echo, 'the own message'))[0], {user: 'JohnDoe', text: 'Hello, World!'});

  const arrival = once(john, 'joined');
  const jane = new ChatClient(url, 'Jane');
  t.after(() => jane.close());
  assert.deepEqual(await within(arrival, 'user_joined'), ['Jane']);
  const heard = [once(john, 'chat'), once(jane, 'chat')];
  jane.sendMessage('Hi John');
  for (const [message] of await within(Promise.all(heard), 'the message of Jane')) {
    assert.deepEqual(message, {user: 'Jane', text: 'Hi John'});
  }
  const departure = once(john, 'left');
  jane.close();
  assert.deepEqual(await within(departure, 'user_left'), ['Jane']);
});

class NotificationStream {
  constructor(url) {
    this.seen = new Inbox();
    this.source = new EventSource(url);
    this.source.addEventListener('connected', (e) => this.seen.push({type: 'connected', data: JSON.parse(e.data)}));
    this.source.addEventListener('ping', (e) => this.seen.push({type: 'ping', data: JSON.parse(e.data)}));
    this.source.addEventListener('notification', (e) => this.seen.push({type: 'notification', data: JSON.parse(e.data)}));
  }
}

test('The EventSource of tutorials gets connected, ping and notification', async (t) => {
  const server = await startServer(t, {set: {'heartbeat.interval': '300ms'}});
  const stream = new NotificationStream(`${server.http}/events`);
  t.after(() => stream.source.close());
  const connected = await stream.seen.find((e) => e.type === 'connected', 'connected');
  assert.equal(typeof connected.data.clientId, 'string');
  const ping = await stream.seen.find((e) => e.type === 'ping', 'ping');
  assert.ok(Number.isInteger(ping.data.timestamp), JSON.stringify(ping));

  const answer = await post(server, '/api/notifications', {message: 'Server maintenance', type: 'warning'});
  assert.deepEqual(answer.body, {success: true, message: 'Notification sent'});
  const {data} = await stream.seen.find((e) => e.type === 'notification', 'notification');
  assert.equal(data.type, 'warning');
  assert.equal(data.message, 'Server maintenance');
  assert.match(data.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

class LongPollingClient {
  constructor(base) {
    this.base = base;
    this.lastTimestamp = Date.now();
    this.seen = new Inbox();
    this.isPolling = false;
  }

  async start() {
    this.isPolling = true;
    while (this.isPolling) {
      try {
        const response = await fetch(`${this.base}/api/messages?since=${this.lastTimestamp}`);
        const data = await response.json();
        for (const message of data.messages) this.seen.push(message);
        this.lastTimestamp = data.timestamp;
      } catch {
        return;
      }
    }
  }

  async send(user, text) {
    const response = await fetch(`${this.base}/api/messages`, {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({room: 'general', user, text}),
    });
    assert.equal(response.status, 200, await response.text());
  }
}

test('The fetch loop of tutorials sees each message once, from a timestamp that it was answered', async (t) => {
  const server = await startServer(t, {set: {'long_poll.timeout': '1s'}});
  const client = new LongPollingClient(server.http);
  client.start();
  t.after(() => (client.isPolling = false));
  for (let n = 1; n <= 40; n += 1) await client.send('Ann', `message ${n}`);
  await client.seen.find((m) => m.text === 'message 40', 'the last message');
  assert.deepEqual(client.seen.all.map((m) => m.text), Array.from({length: 40}, (_, n) => `message ${n + 1}`));
  assert.deepEqual(client.seen.all.map((m) => m.seq), Array.from({length: 40}, (_, n) => n + 1));
});
