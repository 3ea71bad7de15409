// SPDX-License-Identifier: MIT
import http from 'node:http';
import {kDeadline, within} from './wait.mjs';

/** One request, by node:http because fetch forbids some header fields: {status, headers, text, body}. `signal` ends it early. */
export function request(server, method, path, {body, headers = {}, raw, signal} = {}) {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = new Promise((resolve, reject) => {
    const call = http.request({
      host: '127.0.0.1', port: server.port, method, path, agent: false, signal,
      headers: {
        ...(payload === undefined ? {} : {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload)}),
        ...headers,
      },
    }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let parsed;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = undefined;
        }
        resolve({status: response.statusCode, headers: response.headers, text, body: parsed});
      });
    });
    call.on('error', reject);
    call.end(payload);
  });
  return within(answer, `${method} ${path}`, kDeadline + 5_000);
}

export const get = (server, path, options) => request(server, 'GET', path, options);
export const post = (server, path, body, options) => request(server, 'POST', path, {...options, body});

/** Publishes through the backend's API. */
export async function publish(server, room, message) {
  const answer = await post(server, `/api/rooms/${encodeURIComponent(room)}/messages`, message);
  if (answer.status !== 200) throw new Error(`publish: ${answer.status} ${answer.text}`);
  return answer.body;
}
