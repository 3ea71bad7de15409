// SPDX-License-Identifier: MIT
// The page at /call: two Chromiums with fake cameras see each other and pass a file, directly and through a real coturn.
import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {startTurn} from './support/turn.mjs';
import {kDeadline, until} from './support/wait.mjs';

const kArgs = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection'];

async function browser(t) {
  const launched = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kArgs});
  t.after(() => launched.close());
  return launched;
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Somebody at the page. */
class Caller {
  faults = [];

  static async enter(chrome, server, name, {query = '', room = 'standup', viewport = {width: 1000, height: 800}} = {}) {
    const caller = new Caller();
    caller.name = name;
    const context = await chrome.newContext({viewport, acceptDownloads: true});
    caller.page = await context.newPage();
    caller.page.setDefaultTimeout(kDeadline);
    caller.page.on('pageerror', (error) => caller.faults.push(String(error)));
    caller.page.on('console', (message) => {
      if (message.type() === 'error') caller.faults.push(message.text());
    });
    // What getStats() tells needs the page's connections.
    await caller.page.addInitScript(() => {
      window.connections = [];
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(configuration) {
          super(configuration);
          window.connections.push(this);
        }
      };
    });
    await caller.page.goto(`${server.http}/call${query}`);
    await caller.page.fill('#name', name);
    await caller.page.fill('#room', room);
    await caller.page.click('#entrance button');
    return caller;
  }

  async state(text) {
    let shown = '';
    await until(async () => (shown = await this.page.textContent('#state')) === text, `${this.name} to read "${text}"`)
      .catch(async (error) => assert.fail(`${error.message}; it says: ${shown}; ${await this.page.textContent('#error')}; ` +
        `${JSON.stringify(this.faults)}`));
  }

  /** The others' pictures move: more frames are decoded than a moment ago. */
  async sees(user) {
    const look = () => this.page.evaluate((name) => {
      const figure = [...document.querySelectorAll('figure')].find((one) => one.textContent.trim() === name);
      const video = figure?.querySelector('video');
      return video ? {width: video.videoWidth, frames: video.getVideoPlaybackQuality().totalVideoFrames} : null;
    }, user);
    const first = await until(async () => {
      const seen = await look();
      return seen && seen.width > 0 && seen.frames > 0 && seen;
    }, `${this.name} to see ${user}`);
    await until(async () => (await look()).frames > first.frames + 2, `${user}'s picture to move for ${this.name}`);
    await until(async () => (await this.stats()).some(({type, kind, framesDecoded}) =>
      type === 'inbound-rtp' && kind === 'video' && framesDecoded > 0), `${this.name} to decode frames`);
  }

  stats() {
    return this.page.evaluate(async () => {
      const all = [];
      for (const connection of window.connections) {
        if (connection.connectionState !== 'connected') continue;
        for (const report of (await connection.getStats()).values()) all.push({...report});
      }
      return all;
    });
  }

  /** The kinds of the candidates, own and other's, over which data goes. */
  async paths() {
    const stats = await this.stats();
    const find = (id) => stats.find((report) => report.id === id);
    return stats.filter(({type}) => type === 'transport').map(({selectedCandidatePairId}) => {
      const pair = find(selectedCandidatePairId);
      return [find(pair.localCandidateId).candidateType, find(pair.remoteCandidateId).candidateType];
    });
  }

  async sends(name, buffer) {
    await this.page.setInputFiles('#file', {name, mimeType: 'application/octet-stream', buffer});
  }

  async gets(name, buffer, from) {
    const link = this.page.locator('#files a', {hasText: name});
    await link.waitFor();
    const [download] = await Promise.all([this.page.waitForEvent('download'), link.click()]);
    assert.equal(download.suggestedFilename(), name);
    assert.equal(digest(await readFile(await download.path())), digest(buffer));
    assert.equal(await link.locator('..').textContent(), `${name} (${buffer.length} bytes) from ${from}`);
  }

  async picture(name) {
    const folder = process.env.CONFAB_SCREENSHOTS;
    if (folder) await this.page.screenshot({path: join(folder, `${name}-${this.name}.png`)});
  }
}

async function talk(ann, bob) {
  await Promise.all([ann.state('In a call with bob'), bob.state('In a call with ann')]);
  await Promise.all([ann.sees('bob'), bob.sees('ann')]);
  const file = randomBytes(3_000_000);
  await ann.sends('notes.bin', file);
  await bob.gets('notes.bin', file, 'ann');
  const reply = Buffer.from('ünïcödé and a "quote"\n');
  await bob.sends('reply.txt', reply);
  await ann.gets('reply.txt', reply, 'bob');
}

test('Two pages make a video call both ways and pass a file', async (t) => {
  const server = await startServer(t);
  const chrome = await browser(t);
  const ann = await Caller.enter(chrome, server, 'ann');
  await ann.state('Waiting for others');
  const bob = await Caller.enter(chrome, server, 'bob');
  await talk(ann, bob);
  assert.deepEqual((await ann.paths()).flat().filter((kind) => kind === 'relay'), []);
  await ann.picture('call');

  const cid = await Caller.enter(chrome, server, 'cid');
  await Promise.all([cid.sees('ann'), cid.sees('bob'), ann.sees('cid'), bob.sees('cid')]);
  await cid.picture('three');
  await cid.page.click('#leave');
  await cid.state('Not connected');
  await Promise.all([ann.state('In a call with bob'), bob.state('In a call with ann')]);
  await bob.page.context().close();
  await ann.state('Waiting for others');
  assert.equal(await ann.page.locator('figure').count(), 1, 'only the own picture is left');
  for (const caller of [ann, bob, cid]) assert.deepEqual(caller.faults, []);
}, 300_000);

test('Pages that come at the same moment, and so offer at once, find each other', async (t) => {
  const server = await startServer(t);
  const chrome = await browser(t);
  for (let round = 0; round < 3; round += 1) {
    const room = `round-${round}`;
    const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => Caller.enter(chrome, server, name, {room})));
    await Promise.all([ann.sees('bob'), bob.sees('ann')]);
    for (const caller of [ann, bob]) {
      assert.deepEqual(caller.faults, []);
      await caller.page.context().close();
    }
  }
}, 300_000);

test('A call through a real coturn only passes video and a file too', async (t) => {
  const turn = await startTurn(t);
  const server = await startServer(t, {config: {webrtc: {turn: {...turn.settings, ttl: '1h'}}}});
  const chrome = await browser(t);
  const ann = await Caller.enter(chrome, server, 'ann', {query: '?relay=1'});
  const bob = await Caller.enter(chrome, server, 'bob', {query: '?relay=1'});
  await talk(ann, bob);
  for (const caller of [ann, bob]) {
    assert.deepEqual(new Set((await caller.paths()).flat()), new Set(['relay']), caller.name);
    assert.deepEqual(caller.faults, []);
  }
}, 300_000);

test('What is wrong is said in a line, and the page fits a phone', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: 'closed', join: 'nobody'}, {match: '*'}]}});
  const chrome = await browser(t);
  const viewport = {width: 360, height: 640};
  const refused = await Caller.enter(chrome, server, 'ann', {room: 'closed', viewport});
  await until(async () => /forbidden/.test(await refused.page.textContent('#error')), 'the refusal');
  const alone = await Caller.enter(chrome, server, 'bob', {query: '?relay=1', viewport});
  await until(async () => /No TURN server/.test(await alone.page.textContent('#error')), 'the missing TURN server');
  await alone.sends('a.txt', Buffer.from('a'));
  await until(async () => /Nobody is here/.test(await alone.page.textContent('#error')), 'that nobody is here');
  for (const {page} of [refused, alone]) {
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
  }
  await alone.picture('phone');
}, 300_000);

test('The page comes back with its server', async (t) => {
  const server = await startServer(t);
  const chrome = await browser(t);
  const [ann, bob] = [await Caller.enter(chrome, server, 'ann'), await Caller.enter(chrome, server, 'bob')];
  await ann.sees('bob');
  await server.kill();
  await Promise.all([ann, bob].map((caller) => until(async () => /trying again/.test(await caller.page.textContent('#state')),
    'the loss')));
  await server.restart();
  await Promise.all([ann.sees('bob'), bob.sees('ann')]);
}, 300_000);
