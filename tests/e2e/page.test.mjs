// SPDX-License-Identifier: MIT
// The page at / in Chromium, on all three transports at once.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {publish} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {kDeadline, until} from './support/wait.mjs';

const kUsers = {ann: 'websocket', bob: 'sse', cid: 'poll'};
const kArgs = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

async function browser(t) {
  const launched = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: kArgs});
  t.after(() => launched.close());
  return launched;
}

/** A person at the page. */
class Person {
  faults = [];

  static async enter(chrome, server, name, transport, {room = 'general', viewport = {width: 1000, height: 700}} = {}) {
    const person = new Person();
    person.name = name;
    const context = await chrome.newContext({viewport});
    person.page = await context.newPage();
    person.page.setDefaultTimeout(kDeadline);
    person.page.on('pageerror', (error) => person.faults.push(String(error)));
    await person.page.goto(`${server.http}/`);
    await person.page.fill('#name', name);
    await person.page.fill('#room', room);
    await person.page.selectOption('#transport', transport);
    await person.page.click('#entrance button');
    await person.connected();
    return person;
  }

  connected() {
    return this.reads('#state', (text) => text === 'Connected');
  }

  async reads(selector, fits) {
    let text = '';
    await until(async () => fits(text = await this.page.textContent(selector)), `${this.name} to read ${selector}`)
      .catch((error) => assert.fail(`${error.message}; it says: ${text}`));
  }

  texts(selector) {
    return this.page.$$eval(selector, (elements) => elements.map((element) => element.textContent));
  }

  /** [seq, user, text] of each message shown, and [text] of each line that the page adds. */
  log() {
    return this.page.$$eval('#log li', (rows) => rows.map((row) => (row.dataset.seq === undefined
      ? [row.textContent] : [Number(row.dataset.seq), row.querySelector('b').textContent, row.querySelector('span').textContent])));
  }

  async says(text) {
    await this.page.fill('#text', text);
    await this.page.press('#text', 'Enter');
  }

  async shows(text) {
    await until(async () => (await this.log()).some((row) => row.at(-1) === text), `${this.name} to see "${text}"`)
      .catch(async (error) => assert.fail(`${error.message}; the log: ${JSON.stringify(await this.log())}; ` +
        `${await this.page.textContent('#state')}; ${await this.page.textContent('#error')}`));
  }

  async picture(name) {
    const folder = process.env.CONFAB_SCREENSHOTS;
    if (folder) await this.page.screenshot({path: join(folder, `${name}-${this.name}.png`)});
  }
}

async function threePeople(t, server) {
  const chrome = await browser(t);
  const people = [];
  for (const [name, transport] of Object.entries(kUsers)) people.push(await Person.enter(chrome, server, name, transport));
  return people;
}

const each = (people, action) => Promise.all(people.map(action));

test('Three people on three transports chat, see who is here and who types', async (t) => {
  const server = await startServer(t);
  const people = await threePeople(t, server);
  const [ann, bob, cid] = people;
  await each(people, (person) => until(async () => (await person.texts('#members li')).join() === 'ann,bob,cid',
    `${person.name} to see who is here`));
  await each(people, (person) => person.reads('#count', (text) => text === '3 people are here'));

  const hostile = '<img src=x onerror="document.title=1"> & "quotes" ünïcödé 🙂';
  for (const person of people) {
    await person.says(`hello from ${person.name}`);
    await each(people, (other) => other.shows(`hello from ${person.name}`));
  }
  await bob.says(hostile);
  await each(people, (person) => person.shows(hostile));
  for (const person of people) {
    assert.deepEqual(await person.log(), [[1, 'ann', 'hello from ann'], [2, 'bob', 'hello from bob'], [3, 'cid', 'hello from cid'],
      [4, 'bob', hostile]]);
    assert.equal(await person.page.title(), 'Confab');
    assert.equal(await person.page.$$eval('#log li.mine', (rows) => rows.length), person === bob ? 2 : 1);
    assert.match((await person.texts('#log time'))[0], /\d/);
    assert.deepEqual(await person.texts('#waiting li'), []);
  }

  for (const person of people) {
    const others = people.filter((other) => other !== person);
    await person.page.locator('#text').pressSequentially('abc');
    await each(others, (other) => other.reads('#typing', (text) => text === `${person.name} is typing…`));
    assert.equal(await person.page.textContent('#typing'), '', 'not oneself');
    if (person === cid) await each(people, (shown) => shown.picture('typing'));
    await person.page.fill('#text', '');
    await each(others, (other) => other.reads('#typing', (text) => text === ''));
  }

  await ann.page.click('#leave');
  await each([bob, cid], (person) => until(async () => (await person.texts('#members li')).join() === 'bob,cid',
    `${person.name} to see that ann left`));
  await cid.page.close();
  await until(async () => (await bob.texts('#members li')).join() === 'bob', 'bob to be alone');
  assert.deepEqual(people.flatMap((person) => person.faults), []);
}, 300_000);

test('The pages survive a crash of the server, and what was typed meanwhile is sent once', async (t) => {
  const server = await startServer(t);
  const people = await threePeople(t, server);
  await people[0].says('before the crash');
  await each(people, (person) => person.shows('before the crash'));
  await server.kill();
  await each(people, (person) => person.reads('#state', (text) => /trying again/.test(text)));
  await each(people, (person) => person.says(`typed offline by ${person.name}`));
  for (const person of people) {
    assert.deepEqual(await person.texts('#waiting li'), [`Sending: typed offline by ${person.name}`]);
  }
  await each(people, (person) => person.picture('offline'));
  await server.restart();
  await each(people, (person) => person.connected());
  await each(people, async (person) => {
    for (const {name} of people) await person.shows(`typed offline by ${name}`);
  });
  await people[1].says('after it');
  await each(people, (person) => person.shows('after it'));
  await each(people, (person) => person.picture('restarted'));
  const [first, ...others] = await each(people, (person) => person.log());
  assert.deepEqual(first[0], [1, 'ann', 'before the crash']);
  assert.match(first[1][0], /history of this room was lost/, 'the truth about what is gone');
  assert.deepEqual(first.slice(2).map(([seq]) => seq), [1, 2, 3, 4], 'each once, under the new numbering');
  assert.deepEqual(first.slice(2, 5).map(([, , text]) => text).sort(), people.map(({name}) => `typed offline by ${name}`));
  for (const other of others) assert.deepEqual(other, first);
  for (const person of people) assert.deepEqual(await person.texts('#waiting li'), []);
  assert.deepEqual(people.flatMap((person) => person.faults), []);
}, 300_000);

test('A reloaded page goes on where it was: nothing is lost, nothing is doubled', async (t) => {
  const server = await startServer(t);
  const people = await threePeople(t, server);
  for (let n = 1; n <= 3; n += 1) await publish(server, 'general', {user: 'api', text: `message ${n}`});
  await each(people, (person) => person.shows('message 3'));
  // Messages keep coming while the pages are away and while they come back.
  let last = 3;
  const stop = {now: false};
  const publishing = (async () => {
    while (!stop.now) {
      last += 1;
      await publish(server, 'general', {user: 'api', text: `message ${last}`});
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  for (let round = 0; round < 2; round += 1) {
    await each(people, (person) => person.page.goto('about:blank'));
    await each(people, async (person) => {
      await person.page.goto(`${server.http}/`);
      await person.connected();
    });
    await each(people, (person) => person.page.reload());
    await each(people, (person) => person.connected());
  }
  await each(people, (person) => person.says(`back: ${person.name}`));
  await each(people, async (person) => {
    for (const {name} of people) await person.shows(`back: ${name}`);
  });
  stop.now = true;
  await publishing;
  await publish(server, 'general', {user: 'api', text: 'the end'});
  await each(people, (person) => person.shows('the end'));
  assert.ok(last + 4 <= 500, `${last} messages are more than a page keeps`);
  for (const person of people) {
    const log = await person.log();
    assert.deepEqual(log.map(([seq]) => seq), Array.from({length: last + 4}, (_, n) => n + 1), person.name);
    assert.equal(await person.page.inputValue('#name'), person.name);
  }
  await each(people, (person) => person.picture('reloaded'));
  assert.deepEqual(people.flatMap((person) => person.faults), []);
}, 300_000);

test('What the server no longer has is shown as missing', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: '*', history: {size: 2}}]}});
  const people = await threePeople(t, server);
  await publish(server, 'general', {user: 'api', text: 'seen'});
  await each(people, (person) => person.shows('seen'));
  await each(people, (person) => person.page.goto('about:blank'));
  for (let n = 2; n <= 6; n += 1) await publish(server, 'general', {user: 'api', text: `message ${n}`});
  await each(people, async (person) => {
    await person.page.goto(`${server.http}/`);
    await person.shows('message 6');
  });
  for (const person of people) {
    const log = await person.log();
    assert.deepEqual(log.map((row) => row.at(-1)).filter((text) => !/missing/.test(text)), ['seen', 'message 5', 'message 6'], person.name);
    assert.match(log[1][0], /missing here/, person.name);
    assert.equal(log.length, 4, JSON.stringify(log));
  }
}, 300_000);

test('A refusal is shown in a line, and the page fits a phone', async (t) => {
  const server = await startServer(t, {config: {rooms: [
    {match: 'closed', join: 'nobody'}, {match: 'news', publish: 'server'}, {match: '*'},
  ]}});
  const chrome = await browser(t);
  for (const transport of Object.values(kUsers)) {
    const person = await Person.enter(chrome, server, 'ann', transport, {room: 'news', viewport: {width: 360, height: 640}});
    await person.says('may I?');
    await person.reads('#error', (text) => /forbidden/.test(text));
    assert.deepEqual(await person.texts('#waiting li'), [], 'it is not tried again');
    await publish(server, 'news', {text: `${'long'.repeat(100)} ${transport}`});
    await person.shows(`${'long'.repeat(100)} ${transport}`);
    assert.ok(await person.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
    await person.picture(`phone-${transport}`);
    await person.page.click('#leave');
    await person.page.fill('#room', 'closed');
    await person.page.click('#entrance button');
    await person.reads('#error', (text) => /forbidden/.test(text));
    await person.reads('#state', (text) => text === 'Not connected');
    assert.deepEqual(person.faults, []);
    await person.page.context().close();
  }
}, 300_000);
