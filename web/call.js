// SPDX-License-Identifier: MIT
import {Peer, isPolite} from './peer.js';

const kPause = 2_000;

// ?relay=1: only through a TURN server, which shows whether there is one that works.
const relayOnly = new URLSearchParams(location.search).get('relay') === '1';

const element = (id) => document.getElementById(id);

/** One visit of a room: a WebSocket for signalling, and a peer for each other client there. */
class Call {
  #socket = null;
  #me = '';
  #configuration = null;
  #peers = new Map(); // clientId -> Peer
  #early = []; // what came before we knew the servers
  #heartbeat = null;
  #back = null;

  constructor({name, room}, stream, view) {
    this.name = name;
    this.room = room;
    this.stream = stream;
    this.view = view;
  }

  get peers() {
    return this.#peers;
  }

  connect() {
    const url = new URL('signaling', document.baseURI);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('room', this.room);
    url.searchParams.set('user', this.name);
    this.view.state('Connecting…');
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({data}) => this.#onMessage(JSON.parse(data));
    this.#socket.onclose = ({reason}) => this.#onLost(reason);
  }

  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #onMessage(message) {
    switch (message.type) {
      case 'connected':
        this.#me = message.clientId;
        this.view.error('');
        this.#heartbeat = setInterval(() => this.#send({type: 'ping'}), message.heartbeat ?? 25_000);
        return undefined;
      case 'joined': // as /signaling does it by itself
        return this.#send({type: 'ice_servers'});
      case 'ice_servers': return this.#onServers(message);
      case 'error': return this.view.error(`${message.message} (${message.code})`);
      case 'call_end': return this.#drop(message.fromClient);
      case 'call_request':
      case 'call_accept':
      case 'offer':
      case 'answer':
      case 'ice-candidate':
        if (this.#configuration === null) this.#early.push(message);
        else this.#onSignal(message);
        return undefined;
      default: return undefined;
    }
  }

  #onServers({iceServers}) {
    this.#configuration = {iceServers, iceTransportPolicy: relayOnly ? 'relay' : 'all'};
    const hasRelay = iceServers.some(({urls}) => [urls].flat().some((url) => url.startsWith('turn')));
    if (relayOnly && !hasRelay) this.view.error('No TURN server is configured, so nobody can be reached with ?relay=1.');
    this.view.state('Waiting for others');
    // Whoever is here already makes a connection to us, or asks us to make one.
    this.#send({type: 'call_request', room: this.room});
    for (const message of this.#early.splice(0)) this.#onSignal(message);
  }

  #onSignal(message) {
    const {type, fromClient: id} = message;
    if (type === 'call_request' && isPolite(this.#me, id)) {
      // The first offer is always the impolite side's: two that come together would else offer at once, and Chromium
      // (156) finds no candidates any more for an offer that it takes back as soon as it is made.
      this.#send({type: 'call_accept', target: id});
      return;
    }
    const asks = type === 'call_request' || type === 'call_accept';
    const peer = this.#peers.get(id) ?? (asks || type === 'offer' ? this.#meet(message) : undefined);
    if (!asks) peer?.take(message);
  }

  #meet({from, fromClient: id}) {
    const {view} = this;
    const peer = new Peer({
      me: this.#me, them: id, user: from, configuration: this.#configuration, stream: this.stream,
      send: (message) => this.#send({...message, target: id}),
      events: {
        stream: (stream) => view.show(id, from, stream),
        state: () => this.#tellState(),
        file: ({name, blob}) => view.file(from, name, blob),
        progress: ({name, sent, size}) => view.progress(from, name, sent, size),
      },
    });
    this.#peers.set(id, peer);
    this.#tellState();
    return peer;
  }

  #drop(id) {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
    this.view.hide(id);
    this.#tellState();
  }

  #tellState() {
    const connected = [...this.#peers.values()].filter(({connection}) => connection.connectionState === 'connected');
    if (this.#peers.size === 0) this.view.state('Waiting for others');
    else if (connected.length === 0) this.view.state('Connecting to others…');
    else this.view.state(`In a call with ${connected.map(({user}) => user).join(', ')}`);
  }

  async sendFile(file) {
    const open = [...this.#peers.values()].filter(({files}) => files.isOpen);
    if (open.length === 0) throw new Error('Nobody is here to send it to');
    await Promise.all(open.map(({files}) => files.send(file)));
  }

  // Without the server nobody tells us who goes, so all begins anew with it.
  #onLost(reason) {
    if (this.#me === '') this.view.error('The server is not there, or takes no user of this name.');
    this.#reset();
    this.view.state(`${reason || 'The connection was lost'}; trying again`);
    this.#back = setTimeout(() => this.connect(), kPause * (1 + Math.random()));
  }

  #reset() {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#back);
    for (const id of [...this.#peers.keys()]) this.#drop(id);
    this.#configuration = null;
    this.#early = [];
  }

  end() {
    for (const id of this.#peers.keys()) this.#send({type: 'call_end', target: id});
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
    this.#reset();
    this.stream.getTracks().forEach((track) => track.stop());
    this.view.state('Not connected');
  }
}

const view = {
  state(text) {
    element('state').textContent = text;
  },
  error(text) {
    element('error').textContent = text;
    element('error').hidden = text === '';
  },
  show(id, user, stream) {
    let figure = element(`peer-${id}`);
    if (figure === null) {
      figure = document.createElement('figure');
      figure.id = `peer-${id}`;
      const video = document.createElement('video');
      Object.assign(video, {autoplay: true, playsInline: true});
      const caption = document.createElement('figcaption');
      caption.textContent = user;
      figure.append(video, caption);
      element('pictures').append(figure);
    }
    figure.querySelector('video').srcObject = stream;
  },
  hide(id) {
    element(`peer-${id}`)?.remove();
  },
  file(user, name, blob) {
    const link = document.createElement('a');
    Object.assign(link, {href: URL.createObjectURL(blob), download: name, textContent: name});
    const item = document.createElement('li');
    item.append(link, ` (${blob.size} bytes) from ${user}`);
    element('files').append(item);
  },
  progress(user, name, sent, size) {
    const id = `sending-${user}-${name}`;
    let item = element(id);
    if (item === null) {
      item = document.createElement('li');
      item.id = id;
      element('files').append(item);
    }
    item.textContent = `${name} to ${user}: ${sent < size ? `${Math.floor((100 * sent) / size)} %` : 'sent'}`;
  },
  inside(isInside) {
    element('entrance').hidden = isInside;
    element('call').hidden = !isInside;
  },
};

let call = null;

async function join({name, room}) {
  view.error('');
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
  } catch (error) {
    // Without https a browser has no mediaDevices but on this machine itself.
    view.error(`No camera or microphone: ${navigator.mediaDevices ? error.message : 'this page needs https'}`);
    return;
  }
  element('mine').srcObject = stream;
  view.inside(true);
  call = new Call({name, room}, stream, view);
  call.connect();
}

function leave() {
  call?.end();
  call = null;
  view.inside(false);
}

element('entrance').addEventListener('submit', (event) => {
  event.preventDefault();
  join({name: element('name').value, room: element('room').value});
});

element('leave').addEventListener('click', leave);
addEventListener('pagehide', leave);

element('file').addEventListener('change', async ({target}) => {
  const [file] = target.files;
  target.value = '';
  if (!file) return;
  try {
    await call?.sendFile(file);
  } catch (error) {
    view.error(`Not sent: ${error.message}`);
  }
});
