// SPDX-License-Identifier: MIT

const kRows = 500;
const at = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The page as a person sees it. Whatever comes from others is put in as text, never as markup. */
export class View {
  #actions;
  #members = new Set();
  #counted = null; // the numbers of a room too large for names
  #room = '';

  constructor(actions) {
    this.#actions = actions;
    at('entrance').addEventListener('submit', (event) => {
      event.preventDefault();
      this.join();
    });
    at('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = at('text').value;
      if (text.trim() !== '' && actions.say(text)) at('text').value = '';
    });
    at('text').addEventListener('input', () => (at('text').value === '' ? actions.stopTyping() : actions.typing()));
    at('text').addEventListener('blur', () => actions.stopTyping());
    at('again').addEventListener('click', () => actions.again());
    at('leave').addEventListener('click', () => {
      actions.leave();
      at('chat').hidden = true;
      at('entrance').hidden = false;
      this.state('Not connected');
      this.error('');
      at('name').focus();
    });
  }

  prefill({name, room, transport}) {
    at('name').value = name;
    at('room').value = room;
    at('transport').value = transport;
  }

  join() {
    this.#actions.join({name: at('name').value.trim(), room: at('room').value.trim(), transport: at('transport').value});
  }

  enter({name, room}) {
    this.#room = room;
    at('place').textContent = `${room} as ${name}`;
    at('log').replaceChildren();
    at('entrance').hidden = true;
    at('chat').hidden = false;
    this.error('');
    this.lost();
    at('text').focus();
  }

  state(words) {
    at('state').textContent = words;
    at('again').hidden = true;
  }

  offerAgain() {
    at('again').hidden = false;
  }

  error(words) {
    at('error').textContent = words;
    at('error').hidden = words === '';
  }

  /** One line of the conversation, at the end. */
  line({kind, seq, id, user, text, at: time}, me) {
    const log = at('log');
    const followed = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const row = element('li', undefined, kind === 'note' ? 'note' : user === me ? 'mine' : '');
    if (kind === 'note') {
      row.textContent = text;
    } else {
      row.dataset.seq = seq;
      row.dataset.id = id;
      const clock = element('time', new Date(time).toLocaleTimeString());
      clock.dateTime = time;
      row.append(clock, element('b', user ?? 'server'), element('span', text));
    }
    log.append(row);
    while (log.children.length > kRows) log.firstChild.remove();
    if (followed) log.scrollTop = log.scrollHeight;
  }

  /** What was typed and has no number from the server yet. */
  waiting(messages) {
    at('waiting').replaceChildren(...messages.map(({text}) => element('li', `Sending: ${text}`)));
  }

  here({members, users, sessions}) {
    this.#members = new Set(members.map(({user}) => user));
    this.#counted = users > this.#members.size ? {users, sessions} : null;
    this.#showMembers();
  }

  arrived(user) {
    if (this.#counted && !this.#members.has(user)) this.#counted.users += 1;
    this.#members.add(user);
    this.#showMembers();
  }

  gone(user) {
    if (this.#counted) this.#counted.users -= 1;
    this.#members.delete(user);
    this.#showMembers();
  }

  occupancy({room, users, sessions}) {
    if (room !== this.#room) return;
    this.#counted = {users, sessions};
    this.#showMembers();
  }

  /** Nobody knows who is here while the connection is away. */
  lost() {
    this.#members.clear();
    this.#counted = null;
    at('count').textContent = '';
    at('members').replaceChildren();
    this.typing([]);
  }

  #showMembers() {
    const names = [...this.#members].sort((a, b) => a.localeCompare(b));
    const count = this.#counted?.users ?? names.length;
    at('count').textContent = count === 1 ? '1 person is here' : `${count} people are here`;
    at('members').replaceChildren(...names.map((name) => element('li', name)));
  }

  typing(users) {
    at('typing').textContent = typingWords(users);
  }
}

function typingWords(users) {
  if (users.length === 0) return '';
  if (users.length === 1) return `${users[0]} is typing…`;
  if (users.length <= 3) return `${users.slice(0, -1).join(', ')} and ${users.at(-1)} are typing…`;
  return `${users.length} people are typing…`;
}
