// SPDX-License-Identifier: MIT
import {connect, createServer} from 'node:net';
import tls from 'node:tls';

/** Bytes on their way to `server` and back, in the hands of a test. With `secure` ({key, cert}) its own side is TLS. */
export class Proxy {
  #pairs = new Set();
  /** Called with each piece that comes from the server and the pair {client, server}; false: it isn't handed on. */
  onAnswer = () => true;
  connections = 0;

  static async open(t, server, secure) {
    const proxy = new Proxy();
    const accept = (client) => proxy.#accept(client, server);
    proxy.listener = secure ? tls.createServer(secure, accept) : createServer(accept);
    proxy.listener.on('tlsClientError', () => undefined);
    await new Promise((resolve) => proxy.listener.listen(0, '127.0.0.1', resolve));
    proxy.port = proxy.listener.address().port;
    proxy.http = `${secure ? 'https' : 'http'}://localhost:${proxy.port}`;
    t.after(() => {
      proxy.drop();
      proxy.listener.close();
    });
    return proxy;
  }

  /** Cuts all that is open. */
  drop() {
    for (const pair of this.#pairs) this.cut(pair);
  }

  cut({client, server}) {
    client.destroy();
    server.destroy();
  }

  #accept(client, target) {
    this.connections += 1;
    const pair = {client, server: connect(target.port, '127.0.0.1')};
    this.#pairs.add(pair);
    const cut = () => {
      this.#pairs.delete(pair);
      this.cut(pair);
    };
    for (const side of [client, pair.server]) side.on('error', cut).on('close', cut);
    client.on('data', (bytes) => pair.server.write(bytes));
    pair.server.on('data', (bytes) => {
      if (this.onAnswer(bytes, pair)) client.write(bytes);
    });
  }
}
