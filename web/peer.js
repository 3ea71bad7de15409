// SPDX-License-Identifier: MIT
import {FileChannel} from './file_channel.js';

/** Which of two clients gives way: the one with the smaller clientId. ASCII, so that units and bytes order alike. */
export const isPolite = (me, them) => me < them;

/**
 * The connection to one other client, by the pattern that W3C WebRTC calls perfect negotiation (section 10.7): both
 * sides may offer at any time; where two offers cross, the polite side takes its own back.
 *
 *   new Peer({me, them, user, configuration, stream, send, events})
 *     me, them       clientIds: our own is in `connected`, the other's is each message's `fromClient`
 *     send(message)  to that client, through the server
 *     events         stream(stream), state(connectionState), file({name, blob}), progress({name, sent, size})
 */
export class Peer {
  #send;
  #polite;
  #makingOffer = false;
  #ignoringOffer = false;
  #work = Promise.resolve(); // one description or candidate after the other

  constructor({me, them, user, configuration, stream, send, events}) {
    this.user = user;
    this.#send = send;
    this.#polite = isPolite(me, them);
    this.connection = new RTCPeerConnection(configuration);
    const {connection} = this;
    connection.onnegotiationneeded = () => this.#offer();
    connection.onicecandidate = ({candidate}) => {
      if (candidate) send({type: 'ice-candidate', candidate});
    };
    connection.ontrack = ({streams}) => events.stream(streams[0]);
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'failed') connection.restartIce();
      events.state(connection.connectionState);
    };
    // Both know of it beforehand, so neither has to open it to the other.
    this.files = new FileChannel(connection.createDataChannel('files', {negotiated: true, id: 0}), events);
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
  }

  async #offer() {
    const {connection} = this;
    try {
      this.#makingOffer = true;
      await connection.setLocalDescription();
      this.#send({type: connection.localDescription.type, [connection.localDescription.type]: connection.localDescription});
    } catch (error) {
      if (connection.signalingState !== 'closed') throw error;
    } finally {
      this.#makingOffer = false;
    }
  }

  /** An `offer`, `answer` or `ice-candidate` of that client. */
  take(message) {
    this.#work = this.#work.then(() => this.#apply(message)).catch((error) => {
      if (this.connection.signalingState !== 'closed') console.error(error);
    });
    return this.#work;
  }

  async #apply(message) {
    const {connection} = this;
    if (message.type === 'ice-candidate') {
      try {
        await connection.addIceCandidate(message.candidate);
      } catch (error) {
        if (!this.#ignoringOffer) throw error;
      }
      return;
    }
    const description = message[message.type];
    const collides = description.type === 'offer' && (this.#makingOffer || connection.signalingState !== 'stable');
    this.#ignoringOffer = collides && !this.#polite;
    if (this.#ignoringOffer) return;
    await connection.setRemoteDescription(description);
    if (description.type !== 'offer') return;
    await connection.setLocalDescription();
    this.#send({type: 'answer', answer: connection.localDescription});
  }

  close() {
    this.connection.close();
  }
}
