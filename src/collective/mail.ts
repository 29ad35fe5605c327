/** Messages from one member to another through the sender's outbox: one piece is filled while the other is emptied. */
import { moveMemory } from "../native/shared-memory.ts";
import { readLength, writeLength } from "./call-description.ts";
import { PeerError } from "./errors.ts";
import type { Members } from "./members.ts";
import { OUTBOX_BYTES, type SegmentLayout } from "./segment-layout.ts";
import type { Signals } from "./signals.ts";
import type { Memory } from "./transport.ts";

const PIECE_BYTES = OUTBOX_BYTES / 2;

/** What mail needs of its transport. */
export interface MailRoom {
  readonly rank: number;
  readonly pointer: bigint;
  readonly words: Int32Array;
  readonly layout: SegmentLayout;
  readonly signals: Signals;
  readonly members: Members;
}

/** One member's letter box. */
export class Mail {
  readonly #room: MailRoom;
  readonly #sent: number[] = [];
  readonly #received: number[] = [];
  #outgoing: Promise<void> = Promise.resolve();

  constructor(room: MailRoom) {
    this.#room = room;
  }

  /** Ends when `peer` has received all of `memory`. Messages go one after the other: there is one outbox. */
  send(peer: number, memory: Memory): Promise<void> {
    const turn = this.#outgoing.then(() => this.#send(peer, memory));
    this.#outgoing = turn.catch(() => {}); // whoever sent it hears of it; the next message has its own fate
    return turn;
  }

  async #send(peer: number, memory: Memory): Promise<void> {
    const { rank, layout, signals, words } = this.#room;
    const { sent, received, length } = layout.mail(rank, peer);
    writeLength(words, length, memory.bytes);
    let piece = this.#sent[peer] ?? 0;
    for (const { offset, bytes } of piecesOf(memory)) {
      await this.#wait("send", received, piece - 1, peer);
      moveMemory(this.#pieceAt(rank, piece), memory.pointer + BigInt(offset), bytes);
      this.#sent[peer] = piece = (piece + 1) | 0;
      signals.post(sent, piece);
    }
    await this.#wait("send", received, piece, peer);
  }

  /** Fills `memory` with the next message of `peer`. @throws when it has another length. */
  async receive(peer: number, memory: Memory): Promise<void> {
    const { rank, layout, signals, words, members } = this.#room;
    const { sent, received, length } = layout.mail(peer, rank);
    let piece = this.#received[peer] ?? 0;
    for (const { offset, bytes } of piecesOf(memory)) {
      await this.#wait("receive", sent, piece + 1, peer);
      const given = readLength(words, length);
      if (given !== memory.bytes) {
        const message = `collective.receive: expected ${memory.bytes} bytes, got a message of ${given} bytes from ${members.nameOf(peer)}`;
        throw new PeerError(message, [members.nameOf(peer)]);
      }
      moveMemory(memory.pointer + BigInt(offset), this.#pieceAt(peer, piece), bytes);
      this.#received[peer] = piece = (piece + 1) | 0;
      signals.post(received, piece);
    }
  }

  async #wait(call: "send" | "receive", counter: number, value: number, peer: number): Promise<void> {
    const { signals, members } = this.#room;
    const api = `collective.${call}`;
    if (signals.waitBriefly(api, counter, value)) return;
    await signals.waitLong(api, counter, value, () => members.late(api, [peer]));
  }

  #pieceAt(sender: number, piece: number): bigint {
    const { pointer, layout } = this.#room;
    return pointer + BigInt(layout.outbox(sender) + (piece & 1) * PIECE_BYTES);
  }
}

/** An empty message is one empty piece. */
function piecesOf({ bytes }: Memory): { readonly offset: number; readonly bytes: number }[] {
  return Array.from({ length: Math.max(1, Math.ceil(bytes / PIECE_BYTES)) }, (_, i) => ({
    offset: i * PIECE_BYTES,
    bytes: Math.min(PIECE_BYTES, bytes - i * PIECE_BYTES),
  }));
}
