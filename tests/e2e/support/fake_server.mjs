// SPDX-License-Identifier: MIT
import {WebSocketServer} from 'ws';
import {Inbox} from './wait.mjs';

/** A server that says what a test wants: for what a real one says only after long or in rare cases. */
export class FakeServer {
  /** {request, socket, messages}: one for each connection, in order. */
  connections = new Inbox();

  static async open(t) {
    const fake = new FakeServer();
    fake.server = new WebSocketServer({host: '127.0.0.1', port: 0});
    await new Promise((resolve) => fake.server.once('listening', resolve));
    fake.http = `http://127.0.0.1:${fake.server.address().port}`;
    fake.server.on('connection', (socket, request) => {
      const messages = new Inbox();
      socket.on('message', (data) => messages.push(JSON.parse(data.toString())));
      socket.on('error', () => undefined);
      const connection = {
        socket, request, messages,
        closed: new Promise((resolve) => socket.on('close', (code) => resolve(code))),
        say: (message) => socket.send(JSON.stringify(message)),
      };
      connection.say({type: 'connected', clientId: 'fake.1', heartbeat: 25000});
      fake.connections.push(connection);
    });
    t.after(() => {
      for (const socket of fake.server.clients) socket.terminate();
      fake.server.close();
    });
    return fake;
  }

  /** The `number`th connection, 1 for the first. */
  connection(number) {
    let seen = 0;
    return this.connections.find(() => (seen += 1) === number, `connection ${number}`);
  }

  /** …once it has asked for a room; that it may join is said with `fields`. */
  async joined(number, fields = {}) {
    const connection = await this.connection(number);
    connection.join = await connection.messages.find((m) => m.type === 'join', 'a join');
    connection.say({type: 'joined', room: connection.join.room, epoch: 'e', seq: 0, messages: [], ...fields});
    return connection;
  }
}
